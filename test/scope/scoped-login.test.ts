import { describe, expect } from 'vitest';
import {
  assertScopeEnforced,
  Content,
  createOrm,
  inScope,
  type Orm,
  OutOfScopeError,
  readScopedConnectionSettings,
  User,
} from '../../src/index.js';
import { test as base } from '../support/database-per-file.js';
import { databaseUrl } from '../support/database-url.js';
import { insertRow, tables } from '../support/rows.js';
import { withRole } from '../support/temporary-role.js';
import { createUser, createVideo } from '../support/world.js';

const hidden = ['accounts', 'sessions', 'verification_tokens'];

/** A login for requests, as an operator makes it; and a row in each table. */
const test = base
  .extend('login', { scope: 'file' }, async ({ orm }, { onCleanup }): Promise<string> => {
    const made = Promise.withResolvers<string>();
    const done = Promise.withResolvers<void>();
    const gone = withRole(`login password 'codex' in role codex_scoped`, (login) => {
      made.resolve(login);
      return done.promise;
    });
    onCleanup(async () => {
      done.resolve();
      await gone;
    });
    await orm.em.fork().execute(`revoke temporary on database "${orm.config.get('dbName')}" from public`);

    for (const table of tables) {
      await insertRow(orm.em.fork(), table);
    }

    return made.promise;
  })
  .extend('scoped', { scope: 'file' }, ({ orm, login }, { onCleanup }): Orm => {
    const url = databaseUrl(orm, { user: login, password: 'codex' });
    const scoped = createOrm({
      ...readScopedConnectionSettings({ DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_SCOPED: url }),
      poolSize: 1,
    });
    onCleanup(() => scoped.close());

    return scoped;
  });

const denied = /SQLSTATE 42501/;

describe('a login for requests', () => {
  test('sees no row outside of a scope, and nothing at all of the tables for signing in', async ({ scoped }) => {
    for (const table of tables) {
      const rows = scoped.em.fork().execute(`select * from ${table}`);
      await (hidden.includes(table) ? expect(rows).rejects.toThrow(denied) : expect(rows).resolves.toEqual([]));
    }
  });

  test('writes no row outside of a scope', async ({ scoped }) => {
    const em = scoped.em.fork();

    em.create(Content, { creator: 'ada', title: 'Spring', slug: 'spring', contentType: 'video' });
    await expect(em.flush()).rejects.toThrow(denied);
    await expect(scoped.em.fork().nativeUpdate(User, {}, { name: 'Eve' })).resolves.toBe(0);
    await expect(scoped.em.fork().execute('delete from purchases')).rejects.toThrow(denied);
    await expect(scoped.em.fork().execute('truncate content')).rejects.toThrow(denied);
  });

  test.for([
    ['reset role', 'allowed'],
    ['set role none', 'allowed'],
    ['set role owner', 'refused'],
    ['reset session authorization', 'allowed'],
    ['set session authorization owner', 'refused'],
    ['set row_security = off', 'allowed'],
    ['set session_replication_role = replica', 'refused'],
    ['alter table users disable row level security', 'refused'],
    ['drop policy user_scope on users', 'refused'],
    ['alter role codex_scoped bypassrls', 'refused'],
    ['grant owner to codex_scoped', 'refused'],
    ['create policy peek on users using (true)', 'refused'],
    ['create table public.peek ()', 'refused'],
    ['create temporary table users (id text)', 'refused'],
    ['create function pg_temp.peek() returns void language sql as $$ select $$', 'refused'],
    ['alter function purchases_organization_of_content_fn() security invoker', 'refused'],
  ] as const)('gets no further by %s, which is %s', async ([sql, answer], { orm, scoped }) => {
    const em = scoped.em.fork();
    const outcome = await em.execute(sql.replace('owner', `"${orm.config.get('user')}"`)).then(
      () => 'allowed',
      () => 'refused',
    );
    const reads = await Promise.allSettled(tables.map((table) => em.execute(`select * from ${table}`)));
    await em.execute('discard all');

    expect(outcome).toBe(answer);
    expect(reads.flatMap((read) => (read.status === 'fulfilled' ? read.value : []))).toEqual([]);
  });

  test('works in scopes as the owner does', async ({ orm, em, scoped }) => {
    const [ada, bo] = [await createUser(em, 'Ada'), await createUser(em, 'Bo')];
    const spring = await createVideo(em, ada, { title: 'Spring' });

    for (const each of [orm, scoped]) {
      const titles = await inScope(each, { creator: ada.id }, async (scope) => {
        const [content] = await scope.find(Content, {});
        content!.title += '!';
        await scope.flush();
        return (await scope.find(Content, {})).map(({ title }) => title);
      });
      const foreign = inScope(each, { creator: ada.id }, (scope) =>
        scope.execute(
          `insert into media_items (creator_id, title, media_type, r2_key) values (?, 'Spring', 'video', '1')`,
          [bo.id],
        ),
      );
      const stolen = inScope(each, { creator: ada.id }, (scope) => scope.execute('select * from sessions'));

      expect(titles).toEqual([each === orm ? 'Spring!' : 'Spring!!']);
      await expect(foreign).rejects.toThrow(OutOfScopeError);
      await expect(stolen).rejects.toThrow(OutOfScopeError);
      expect(await scoped.em.fork().count(Content)).toBe(0);
    }

    expect(await em.fork().findOneOrFail(Content, spring.id)).toMatchObject({ title: 'Spring!!' });
  });

  test('does not keep SQL that sets a scope out of that scope', async ({ em, scoped }) => {
    const ada = await createUser(em, 'Ada');
    const users = await scoped.em.fork().transactional(async (own) => {
      await own.execute(`select set_config('codex.user', ?, true)`, [ada.id]);
      return own.execute('select id from users');
    });

    expect(users).toEqual([{ id: ada.id }]);
  });

  test.for(['tcp', 'websocket', 'http'] as const)('is proven over %s', async (transport, { neon, scoped }) => {
    const orm = createOrm({ ...neon, url: databaseUrl(scoped), transport });
    await assertScopeEnforced(orm, { isLoginScoped: true });
    await orm.close();
  });
});
