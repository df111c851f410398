import { setImmediate as nextTurn } from 'node:timers/promises';
import { Reference } from '@mikro-orm/core';
import { CompiledQuery, type ControlledTransaction, type Kysely } from 'kysely';
import { Content, inScope, type Orm, type ScopedEntityManager, type Tables } from '../../../src/index.js';
import { organizations, readDigest } from './world.js';

/** An attempt to get out of the scope of organization a. */
export interface Escape {
  name: string;
  covers: string[];
  /** The code of the error that it ends with; without one it must find what the scope has, and nothing else. */
  code?: string;
  /** Whether it opens the scope itself. Otherwise it is called in it. */
  isOutside?: boolean;
  /** Returns the contents that it found, if it found any. */
  run(em: ScopedEntityManager, orm: Orm): unknown;
}

const everything = 'select id from content';

/** SQL that a scope refuses before it is sent. */
const refusedSql = [
  'commit',
  'rollback',
  'begin',
  'savepoint x',
  'release savepoint x',
  'rollback to savepoint x',
  'reset role',
  'set role none',
  'set local role none',
  'set session authorization default',
  'reset all',
  `set codex.org = '${organizations.b}'`,
  `select set_config('codex.org', '${organizations.b}', true)`,
  `select set_config('role', 'none', true)`,
  `select "set_config"('role', 'none', true)`,
  `select U&"set\\005fconfig"('role', 'none', true)`,
  `select pg_catalog.set_config('role', 'none', true)`,
  `select query_to_xml('select set_config(''role'', ''none'', true)', true, true, '')`,
  `explain analyze select set_config('role', 'none', true)`,
  'select 1; reset role',
  'with x as (select 1) select * into temporary y from x',
  'truncate content',
  'copy content to stdout',
  `copy (select 1) to program 'true'`,
  `do $$ begin execute 'reset role'; end $$`,
  'call something()',
  `prepare x as ${everything}`,
  'listen x',
  'lock table content',
  'create temporary table x (id int)',
  'create or replace view x as select 1',
  'alter table content disable row level security',
  'drop policy org_scope on content',
  'grant select on accounts to public',
  'vacuum',
  'discard all',
  '/* select */ reset role',
  '-- select\nreset role',
];

const refused = 'SCOPE_REFUSED';

/** Attempts by SQL. */
const bySql: Escape[] = refusedSql.map((text) => ({
  name: `em.execute: ${text}`,
  covers: ['EntityManager.execute'],
  code: refused,
  run: (em) => em.execute(text),
}));

/** Attempts by what the entity manager, its connection and Kysely offer. */
const byMethods: Escape[] = [
  attempt('em.begin', ['EntityManager.begin'], (em) => em.begin()),
  attempt('em.commit', ['EntityManager.commit'], (em) => em.commit()),
  attempt('em.rollback', ['EntityManager.rollback'], (em) => em.rollback()),
  attempt('em.fork with a session', ['EntityManager.fork'], (em) =>
    em.fork({ session: { variables: { 'codex.org': organizations.b } } }).find(Content, {}),
  ),
  attempt('em.find without filters', ['EntityManager.find'], (em) => em.find(Content, {}, { filters: false })),
  attempt('em.count without filters', ['EntityManager.count'], (em) => em.count(Content, {}, { filters: false })),
  attempt('em.nativeUpdate without filters', ['EntityManager.nativeUpdate'], (em) =>
    em.nativeUpdate(Content, {}, { title: 'Changed' }, { filters: false }),
  ),
  attempt('Reference.load without filters', ['Reference.load'], (em) =>
    Reference.create(em.getReference(Content, organizations.a)).load({ filters: false }),
  ),
  attempt('em.setTransactionContext', ['EntityManager.setTransactionContext'], async (em, orm) => {
    const foreign = await orm.em.getConnection().begin();

    try {
      em.setTransactionContext(foreign);
      return await em.find(Content, {});
    } finally {
      await orm.em.getConnection().rollback(foreign);
    }
  }),
  attempt('em.find in another transaction', ['EntityManager.find'], async (em, orm) => {
    const foreign = await orm.em.getConnection().begin();

    try {
      return await em.find(Content, {}, { ctx: foreign });
    } finally {
      await orm.em.getConnection().rollback(foreign);
    }
  }),
  attempt('the connection: commit', ['EntityManager.getConnection'], (em) =>
    em.getConnection().commit(em.getTransactionContext()!),
  ),
  attempt('the connection: rollback', ['EntityManager.getConnection'], (em) =>
    em.getConnection().rollback(em.getTransactionContext()!),
  ),
  attempt('the connection: close', ['EntityManager.getConnection'], (em) => em.getConnection().close()),
  attempt('the connection: executeDump', ['EntityManager.getConnection'], (em) =>
    em.getConnection().executeDump('reset role'),
  ),
  {
    // The model has no view.
    name: 'em.refreshMaterializedView',
    covers: ['EntityManager.refreshMaterializedView'],
    code: 'Error',
    run: (em) => em.refreshMaterializedView(Content),
  },
  refusedWith('OUT_OF_SCOPE', 'kysely.introspection', ['Kysely.introspection'], async (em) => {
    const tables = await em.getKysely().introspection.getTables();
    return tables.length ? em.getKysely<any>().selectFrom('accounts').selectAll().execute() : [];
  }),
  refusedWith('Error', 'kysely.transaction', ['Kysely.transaction'], (em) =>
    em
      .getKysely()
      .transaction()
      .execute((trx) => trx.selectFrom('content').select('id').execute()),
  ),
  refusedWith('Error', 'kysely.startTransaction', ['Kysely.startTransaction'], async (em) => {
    const transaction = await em.getKysely().startTransaction().execute();
    return transaction.selectFrom('content').select('id').execute();
  }),
  refusedWith('Error', 'kysely.connection', ['Kysely.connection'], (em) =>
    em
      .getKysely()
      .connection()
      .execute((connection) => connection.selectFrom('content').select('id').execute()),
  ),
  refusedWith('Error', 'kysely.destroy', ['Kysely.destroy'], (em) => em.getKysely().destroy()),
  refusedWith('ValidationError', 'em.setSessionContext', ['EntityManager.setSessionContext'], (em) => {
    em.setSessionContext({ role: 'postgres', variables: { 'codex.org': organizations.b } } as never);
    return em.find(Content, {});
  }),
  refusedWith('ValidationError', 'em.setSessionContext of a fork', ['EntityManager.setSessionContext'], async (em) => {
    const fork = em.fork();
    fork.setSessionContext({ variables: { 'codex.org': organizations.b } } as never);
    return fork.transactional((inner) => inner.find(Content, {}));
  }),
  refusedWith('Error', 'em.callRoutine', ['EntityManager.callRoutine'], (em) =>
    em.callRoutine({ name: 'x' } as never, {} as never),
  ),
  ...['commit', 'rollback', 'savepoint', 'rollbackToSavepoint', 'releaseSavepoint'].map((method) =>
    attempt(`kysely.${method}`, [`ControlledTransaction.${method}`], async (em) => {
      const kysely = em.getKysely();
      await Reflect.get(kysely, method).call(kysely, 'a').execute();
    }),
  ),
  attempt('the transaction: commit', ['ControlledTransaction.commit'], async (em) => {
    await em.getTransactionContext<ControlledTransaction<Tables>>()!.commit().execute();
  }),
  attempt('the transaction: rollback', ['ControlledTransaction.rollback'], async (em) => {
    await em.getTransactionContext<ControlledTransaction<Tables>>()!.withoutPlugins().rollback().execute();
    return em.execute(everything);
  }),
  attempt('the connection: stream', ['EntityManager.getConnection'], (em) =>
    readAll(em.getConnection().stream('reset role' as never)),
  ),
  attempt('kysely.getExecutor, streamed', ['Kysely.getExecutor'], (em) =>
    readAll(
      em
        .getKysely()
        .getExecutor()
        .stream(CompiledQuery.raw('reset role') as never, 10),
    ),
  ),
  attempt('kysely.schema', ['Kysely.schema'], (em) => em.getKysely().schema.dropTable('content').execute()),
  fromOutside('a statement after the scope', ['EntityManager.find'], async (_, orm) => {
    let late: ScopedEntityManager | undefined;
    await inScope(orm, { org: organizations.a }, (em) => {
      late = em;
    });
    return late!.find(Content, {});
  }),
  fromOutside('Kysely after the scope', ['EntityManager.getKysely'], async (_, orm) => {
    let late: Kysely<Tables> | undefined;
    await inScope(orm, { org: organizations.a }, (em) => {
      late = em.getKysely();
    });
    return late!.selectFrom('content').select('id').execute();
  }),
  fromOutside('a statement that nobody awaits', ['EntityManager.execute'], async (_, orm) => {
    let late: Promise<unknown> | undefined;
    await inScope(orm, { org: organizations.a }, (em) => {
      late = em.execute('select pg_sleep(0.02)').then(() => em.execute(everything));
      late.catch(() => {});
    });
    return late;
  }),
  attempt('a wider scope within the scope', [], (_, orm) =>
    inScope(orm, { org: organizations.b }, (em) => em.find(Content, {})),
  ),
  attempt('another kind of scope within the scope', [], (_, orm) =>
    inScope(orm, { user: 'buyer-b' }, (em) => em.execute(everything)),
  ),
  attempt('Kysely of the outer scope while an inner one works', ['EntityManager.getKysely'], (em, orm) =>
    inScope(orm, { org: organizations.a, creator: 'creator-a' }, () =>
      em.getKysely().selectFrom('content').select('id').execute(),
    ),
  ),
  attempt('the outer scope while an inner one works', [], (em, orm) =>
    inScope(orm, { org: organizations.a, creator: 'creator-a' }, () => em.find(Content, {})),
  ),
];

/** What looks like a way out, and changes nothing. */
const withoutEffect: Escape[] = [
  lateStatements('statements that nobody awaits, on their way while the scope ends', () => {}),
  lateStatements('statements that nobody awaits, on their way while the scope is rolled back', () => {
    throw new Error('of the work');
  }),
  find('em.setFilterParams', 'setFilterParams', (em) => em.setFilterParams('org', { orgId: organizations.b })),
  find('em.addFilter', 'addFilter', (em) =>
    em.addFilter({ name: 'org', cond: {}, default: true, entity: Content as never }),
  ),
  find('em.resetTransactionContext', 'resetTransactionContext', (em) => em.resetTransactionContext()),
  find('em.clearSessionContext', 'clearSessionContext', (em) => em.clearSessionContext()),
  find('em.clear', 'clear', (em) => em.clear()),
  {
    name: 'em.withSessionContext',
    covers: ['EntityManager.withSessionContext'],
    run: (em) => em.withSessionContext(undefined, (ctx) => em.find(Content, {}, ctx ? { ctx } : {})),
  },
  {
    name: 'a fork without the transaction',
    covers: ['EntityManager.fork'],
    run: (em) =>
      em.fork({ keepTransactionContext: false, freshEventManager: true, useContext: true }).find(Content, {}),
  },
  {
    name: 'em.find from a cache',
    covers: ['EntityManager.tryCache', 'EntityManager.storeCache', 'EntityManager.clearCache'],
    run: async (em, orm) => {
      await orm.em.fork().find(Content, {}, { cache: ['every content', 60_000] });
      const found = await em.find(Content, {}, { cache: ['every content', 60_000] });
      await em.clearCache('every content');
      return found;
    },
  },
];

/** Once in each turn of the event loop, for longer than a round trip takes. */
async function askOn(ask: () => void): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    await nextTurn();
    ask();
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];

  for await (const row of stream) {
    rows.push(row);
  }

  return rows;
}

export const escapes: readonly Escape[] = [...bySql, ...byMethods, ...withoutEffect];

function attempt(name: string, covers: string[], run: Escape['run']): Escape {
  return { name, covers, code: refused, run };
}

function fromOutside(name: string, covers: string[], run: Escape['run']): Escape {
  return { name, covers, code: refused, isOutside: true, run };
}

function refusedWith(code: string, name: string, covers: string[], run: Escape['run']): Escape {
  return { name, covers, code, run };
}

/** The first keeps the connection busy, others wait for it, more come while the scope ends, and that waits for none of them. */
function lateStatements(name: string, end: () => void): Escape {
  return {
    name,
    covers: ['EntityManager.getConnection'],
    isOutside: true,
    run: async (_, orm) => {
      const late: Promise<{ id: string }[]>[] = [];
      let more: Promise<void> | undefined;
      await inScope(orm, { org: organizations.a }, (em) => {
        const live = em.getConnection().getClient<Tables>().selectFrom('content').where('deleted_at', 'is', null);
        const ask = () => {
          const answer = live.select('id').execute();
          answer.catch(() => {});
          late.push(answer);
        };
        [1, 2, 3, 4].forEach(ask);
        more = askOn(ask);
        end();
      }).catch(() => {});
      await more;
      const rows = (await Promise.allSettled(late)).flatMap((each) => (each.status === 'fulfilled' ? each.value : []));

      return [...new Map(rows.map((row) => [row.id, row])).values()];
    },
  };
}

function find(name: string, method: string, turn: (em: ScopedEntityManager) => void): Escape {
  return {
    name,
    covers: [`EntityManager.${method}`],
    run: (em) => {
      turn(em);
      return em.find(Content, {});
    },
  };
}

/** What is wrong with an attempt, in words; nothing if it stayed in the scope. */
export async function faultOfEscape(
  orm: Orm,
  { name, code, isOutside, run }: Escape,
  own: readonly string[],
): Promise<string[]> {
  const before = await readDigest(orm);
  const found = isOutside
    ? // It has no use for an entity manager.
      Promise.resolve(run(undefined as never, orm))
    : inScope(orm, { org: organizations.a }, (em) => run(em, orm));
  const answer = await found.then(
    (rows) => (Array.isArray(rows) ? rows.map((each) => Reflect.get(Object(each), 'id')).sort() : []),
    (error) => `${error.code ?? error.name}`,
  );
  const after = await readDigest(orm);
  const login = await orm.em
    .fork()
    .execute<{ is_clean: boolean }[]>(
      `select current_user = session_user and coalesce(current_setting('codex.org', true), '') = '' as is_clean`,
    );
  const expected = code ?? own;

  return [
    ...(`${answer}` === `${expected}` ? [] : [`${name} ends with ${answer}, not with ${expected}`]),
    ...([...after].every(([row, digest]) => before.get(row) === digest) ? [] : [`${name} wrote something`]),
    ...(login.every((each) => each.is_clean) ? [] : [`${name} leaves its scope to the next user of the connection`]),
  ];
}
