import { type Kysely, sql } from 'kysely';
import type { HttpInside } from '../doors.js';
import type { Subject } from '../subjects.js';
import { keyIf, keysOf, type ReadWay } from './way.js';

/** The table's name in the edge database. */
export const edgeTable = ({ table }: Subject): string =>
  table.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Reads over HTTP. */
export const waysToReadOverHttp: ReadWay<HttpInside>[] = [
  {
    name: 'executor.query',
    covers: ['HttpExecutor.query'],
    hidesDeleted: false,
    list: async ({ executor }, { table }) => keysOf(await executor.query(`select id from "${table}"`)),
  },
  {
    name: 'executor.query by key',
    covers: ['HttpExecutor.query'],
    hidesDeleted: false,
    ask: async ({ executor }, { table }, key) =>
      keyIf(key, (await executor.query(`select id from "${table}" where id = $1`, [key])).length),
  },
  {
    name: 'executor.sql',
    covers: ['HttpExecutor.sql'],
    hidesDeleted: false,
    ask: async ({ executor }, { table }, key) => {
      const [row] = await (table === 'content'
        ? executor.sql<{ id: string }>`select id from content where id = ${key}`
        : executor.sql<{ id: string }>`select id from users where id = ${key}`);
      return row?.id ?? null;
    },
    appliesTo: ({ table }) => table === 'content' || table === 'users',
  },
  {
    name: 'executor.execute',
    covers: ['HttpExecutor.execute'],
    hidesDeleted: false,
    list: async ({ executor }, { table }) =>
      (await executor.execute(`select id from "${table}"`, { rowMode: 'array' })).rows.map(
        (row) => `${Reflect.get(row, 0)}`,
      ),
  },
  {
    name: 'executor.batch',
    covers: ['HttpExecutor.batch'],
    hidesDeleted: false,
    list: async ({ executor }, { table }) =>
      (await executor.batch([`select id from "${table}"`, `table "${table}"`])).flatMap(({ rows }) => keysOf(rows)),
  },
  {
    name: 'executor.primary',
    covers: ['HttpExecutor.primary'],
    hidesDeleted: false,
    list: async ({ executor }, { table }) => keysOf(await executor.primary.query(`select id from "${table}"`)),
  },
  edge('selectFrom', true, ({ db }, table) => db.selectFrom(table).select('id').execute()),
  edge('selectNoFrom', true, async ({ db }, table) => {
    const all = db.selectNoFrom((of) =>
      of
        .selectFrom(table as 'content')
        .select(sql<string[]>`array_agg(id)`.as('ids'))
        .as('ids'),
    );
    return ((await all.executeTakeFirst())?.ids ?? []).map((id) => ({ id }));
  }),
  edge('with', true, ({ db }, table) =>
    db
      .with('every', (of: any) => of.selectFrom(table).select('id'))
      .selectFrom('every' as never)
      .select('id' as never)
      .execute(),
  ),
  edge('withRecursive', true, ({ db }, table) =>
    db
      .withRecursive('every', (of: any) => of.selectFrom(table).select('id'))
      .selectFrom('every' as never)
      .select('id' as never)
      .execute(),
  ),
  edge('withDeleted', false, ({ db }, table) =>
    db
      .withDeleted()
      .selectFrom(table as 'content')
      .select('id')
      .execute(),
  ),
  edge('withSchema', true, ({ db }, table) =>
    db
      .withSchema('public')
      .selectFrom(table as 'content')
      .select('id')
      .execute(),
  ),
  edge('withPlugin', true, ({ db }, table) =>
    db
      .withPlugin({ transformQuery: ({ node }) => node, transformResult: async ({ result }) => result })
      .selectFrom(table as 'content')
      .select('id')
      .execute(),
  ),
  edge('executeQuery', true, async ({ db }, table) => (await db.executeQuery(db.selectFrom(table).select('id'))).rows),
  edge(
    'getExecutor',
    false,
    async ({ db }, table) =>
      (await sql<object>`select id from ${sql.table(table)}`.execute(db as unknown as Kysely<unknown>)).rows,
  ),
];

function edge(
  method: string,
  hidesDeleted: boolean,
  read: (inside: HttpInside, table: string) => Promise<readonly unknown[]>,
): ReadWay<HttpInside> {
  return {
    name: `edge: ${method}`,
    covers: [`EdgeDatabase.${method}`],
    hidesDeleted,
    list: async (inside, subject) => keysOf(await read(inside, edgeTable(subject))),
  };
}
