import { inScope, type Orm, type Scope } from '../../../src/index.js';
import { roleOf } from '../../../src/scope/scope.js';
import { isAllowed, isSeen, mayWrite, ownersOf, secretTables } from './expectation.js';
import { newRows } from './new-rows.js';
import { scopes, writers } from './scopes.js';
import { type Subject, subjectsOf } from './subjects.js';
import { changeOf, columnsOf, marksOf } from './ways-to-write/way.js';
import { changesBetween, nameOf, organizations, readDigest, restoreWorld, rows, tables } from './world.js';

/** All tables of which a scope may have something. */
const openTables = tables.filter((table) => !secretTables.includes(table));

/** Those of whom there is no row yet, and who must not make it. */
const strangers: Record<string, Scope> = {
  'an unknown user': { user: 'nobody' },
  'an unknown organization': { org: '22222222-2222-4222-8222-222222222222' },
};

const everyRow = openTables
  .map((table) => `select '${table}' as "table", id::text as id from "${table}"`)
  .join(' union all ');

/**
 * The matrix by plain SQL alone: what every scope sees of every table, and writes to these, with as few conditions of the
 * statements' own as possible. It finds what is wrong with the database, in a fraction of the time.
 *
 * @returns what is wrong, in words, as it is found
 */
export async function* checkQuickly(orm: Orm, ...written: string[]): AsyncIterable<string> {
  const subjects = subjectsOf(orm).filter(({ table }) => written.includes(table));
  yield* await checkReads(orm);
  yield* await checkSettings(orm, subjects);

  for (const subject of subjects) {
    // Only of these two could a stranger make the very row that its scope names.
    const isOwner = ['users', 'organizations'].includes(subject.table);

    for (const [name, scope] of Object.entries(isOwner ? { ...writers, ...strangers } : writers)) {
      yield* (await checkWrites(orm, subject, scope)).map((fault) => `${fault} in the scope of ${name}`);
    }
  }
}

async function checkReads(orm: Orm): Promise<string[]> {
  const faults: string[] = [];

  for (const [name, scope] of Object.entries(scopes)) {
    const seen = await inScope(orm, scope, (em) => em.execute<{ table: string; id: string }[]>(everyRow)).catch(
      () => [],
    );

    for (const row of rows.filter(({ table }) => openTables.includes(table))) {
      if (seen.some(({ table, id }) => table === row.table && id === row.id) !== isSeen(scope, row)) {
        faults.push(`the scope of ${name} ${isSeen(scope, row) ? 'does not see' : 'sees'} ${nameOf(row)}`);
      }
    }
  }

  for (const table of secretTables) {
    const code = await inScope(orm, { org: organizations.a }, (em) => em.execute(`table "${table}"`)).catch(
      (error) => error.code,
    );
    code === 'OUT_OF_SCOPE' || faults.push(`${table} can be asked for`);
  }

  return faults;
}

const own = { creator: 'creator-a', org: organizations.a, user: 'member-a' };

type Part = keyof typeof own;

/** Kinds of scopes, and settings that lack what the kind needs. */
const noScopes: [kind: Part[], set: Part[]][] = [
  [['creator'], []],
  [['creator'], ['org', 'user']],
  [['org'], []],
  [['org'], ['creator', 'user']],
  [
    ['creator', 'org'],
    ['creator', 'user'],
  ],
  [
    ['creator', 'org'],
    ['org', 'user'],
  ],
  [['user'], []],
  [['user'], ['creator', 'org']],
];

/** Under a role of scopes, but in none of its kind, nothing is seen or written. */
async function checkSettings(orm: Orm, subjects: readonly Subject[]): Promise<string[]> {
  const faults: string[] = [];
  const under = (kind: Part[], parts: Part[], text: string, values: unknown[] = []): Promise<unknown[]> =>
    orm.em.fork().transactional(async (em) => {
      for (const part of parts) {
        await em.execute(`select set_config('codex.${part}', ?, true)`, [own[part]]);
      }

      await em.execute(`set local role ${roleOf(kind)}`);
      return em.execute(text, values);
    });

  for (const [kind, parts] of noScopes) {
    const situation = `with ${parts.join(' and ') || 'nothing'} set under ${roleOf(kind)}`;
    const seen = await under(kind, parts, everyRow).catch(() => ['an error']);
    seen.length > 0 && faults.push(`${situation}, ${JSON.stringify(seen[0])} is seen`);

    for (const subject of subjects) {
      for (const scope of [{ org: own.org }, { creator: own.creator }, { user: own.user }]) {
        const data = newRows(scope, subject)[0]!.data;
        const text = `insert into "${subject.table}" (${columnsOf(data)}) values (${marksOf(data)})`;
        const state = await under(kind, parts, text, Object.values(data.columns)).then(
          () => 'done',
          (error) => error.code,
        );

        if (state !== '42501') {
          faults.push(`${situation}, ${subject.table} is written: ${state}`);
          state === 'done' && (await restoreWorld(orm));
        }
      }
    }
  }

  return faults;
}

async function checkWrites(orm: Orm, subject: Subject, scope: Scope): Promise<string[]> {
  const { table } = subject;
  const { column, value } = changeOf(subject);
  const foreign: Record<string, unknown> = {
    organization_id: organizations.b,
    creator_id: 'creator-b',
    user_id: 'buyer-b',
    customer_id: 'buyer-b',
    id: table === 'users' ? 'somebody' : '11111111-1111-4111-8111-111111111111',
  };
  const writable = (command: 'update' | 'delete') => subject.rows.filter((row) => mayWrite(scope, row, command));
  const attempts: [name: string, text: string, values: unknown[], expected: string[]][] = [
    [
      'updating all',
      `update "${table}" set "${column}" = ?`,
      [value],
      writable('update').map(({ id }) => `changed ${table} ${id}`),
    ],
    ['deleting all', `delete from "${table}"`, [], writable('delete').map(({ id }) => `gone ${table} ${id}`)],
    ...ownersOf(scope, table).map(([owner]): [string, string, unknown[], string[]] => [
      `moving all by ${owner}`,
      `update "${table}" set "${owner}" = ?${owner === 'creator_id' && table === 'content' ? ', media_item_id = null' : ''}`,
      [foreign[owner]],
      [],
    ]),
    ...newRows(scope, subject).map(({ name, isWithin, data }): [string, string, unknown[], string[]] => [
      `a new row ${name}`,
      `insert into "${table}" (${columnsOf(data)}) values (${marksOf(data)})`,
      Object.values(data.columns),
      isWithin && isAllowed(scope, table, 'insert') ? [`new ${table}`] : [],
    ]),
  ];
  const faults: string[] = [];

  for (const [name, text, values, expected] of attempts) {
    const before = await readDigest(orm);
    const code = await inScope(orm, scope, (em) => em.execute(text, values)).then(
      () => 'done',
      (error) => error.constraint ?? error.code,
    );
    const changes = changesBetween(before, await readDigest(orm)).map((change) =>
      change.replace(/^(new \S+) .*/, '$1'),
    );
    // Where a rule across tables is looked at before the policy, it refuses.
    const isRefused = code === 'OUT_OF_SCOPE' || `${code}`.startsWith(`${table}_`);

    if (`${changes.sort()}` !== `${expected.sort()}` || (code !== 'done' && !isRefused)) {
      faults.push(`${name} of ${table} (${code}) writes ${changes}, not ${expected},`);
    } else if (isRefused === mustPass(name, scope, subject)) {
      faults.push(`${name} of ${table} is answered with ${code}`);
    }

    changes.length > 0 && (await restoreWorld(orm));
  }

  return faults;
}

/** An update or a deletion of what the scope does not have does nothing, where it may do this to others; all else is refused. */
function mustPass(name: string, scope: Scope, { table, rows: all }: Subject): boolean {
  const isGranted = (command: 'update' | 'delete' | 'insert') =>
    Object.values(writers).some((each) => isAllowed(each, table, command));

  return name === 'updating all'
    ? isGranted('update')
    : name === 'deleting all'
      ? isGranted('delete')
      : name.startsWith('moving')
        ? !all.some((row) => mayWrite(scope, row, 'update')) && isGranted('update')
        : /(within|left)/.test(name) && isAllowed(scope, table, 'insert');
}
