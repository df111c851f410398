import { CompiledQuery, sql } from 'kysely';
import type { ScopedEntityManager } from '../../../../src/index.js';
import { type KeyWay, keyIf, keysIn, keysOf, type ListWay } from './way.js';

/** Kysely without types: the ways know no table by name. */
const kyselyOf = (em: ScopedEntityManager) => em.getKysely<any>();

/** Reads by Kysely and by SQL. Nothing adds a condition: here the database is alone. */
export const sqlLists: ListWay[] = [
  {
    name: 'kysely.selectFrom',
    covers: ['EntityManager.getKysely', 'Kysely.selectFrom'],
    hidesDeleted: false,
    list: async (em, { table }) => keysOf(await kyselyOf(em).selectFrom(table).select('id').execute()),
  },
  {
    name: 'kysely.selectNoFrom',
    covers: ['Kysely.selectNoFrom', 'Kysely.fn'],
    hidesDeleted: false,
    list: async (em, { table }) => {
      const all = kyselyOf(em).selectNoFrom((of) =>
        of
          .selectFrom(table)
          .select(of.fn.agg<string[]>('array_agg', [sql.ref('id')]).as('ids'))
          .as('ids'),
      );
      return ((await all.executeTakeFirst())?.ids as string[] | null) ?? [];
    },
  },
  {
    name: 'kysely.with',
    covers: ['Kysely.with'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(
        await kyselyOf(em)
          .with('every', (of) => of.selectFrom(table).select('id'))
          .selectFrom('every')
          .select('id')
          .execute(),
      ),
  },
  {
    name: 'kysely.withRecursive',
    covers: ['Kysely.withRecursive'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(
        await kyselyOf(em)
          .withRecursive('every', (of) => of.selectFrom(table).select('id').union(of.selectFrom('every').select('id')))
          .selectFrom('every')
          .select('id')
          .execute(),
      ),
  },
  {
    name: 'kysely.selectFrom, streamed',
    covers: ['Kysely.selectFrom'],
    hidesDeleted: false,
    list: async (em, { table }) => keysIn(kyselyOf(em).selectFrom(table).select('id').stream()),
  },
  {
    name: 'kysely.executeQuery',
    covers: ['Kysely.executeQuery'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf((await kyselyOf(em).executeQuery(CompiledQuery.raw(`select id from "${table}"`))).rows),
  },
  {
    name: 'kysely.getExecutor',
    covers: ['Kysely.getExecutor'],
    hidesDeleted: false,
    list: async (em, { table }) => {
      const executor = kyselyOf(em).getExecutor();
      return keysOf(
        (await sql<object>`select id from ${sql.table(table)}`.execute({ getExecutor: () => executor })).rows,
      );
    },
  },
  {
    name: 'kysely without plugins',
    covers: ['Kysely.withoutPlugins'],
    hidesDeleted: false,
    list: async (em, { table }) => keysOf(await kyselyOf(em).withoutPlugins().selectFrom(table).select('id').execute()),
  },
  {
    name: 'kysely.withSchema',
    covers: ['Kysely.withSchema', 'Kysely.withPlugin'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(await kyselyOf(em).withSchema('public').selectFrom(table).select('id').execute()),
  },
  {
    name: 'kysely.withTables',
    covers: ['Kysely.withTables', 'Kysely.$extendTables', 'Kysely.$omitTables', 'Kysely.$pickTables'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(await kyselyOf(em).withTables<any>().selectFrom(table).select('id').execute()),
  },
  {
    name: 'em.execute',
    covers: ['EntityManager.execute'],
    hidesDeleted: false,
    list: async (em, { table }) => keysOf(await em.execute(`select id from "${table}"`)),
  },
  {
    name: 'em.execute: table',
    covers: ['EntityManager.execute'],
    hidesDeleted: false,
    list: async (em, { table }) => keysOf(await em.execute(`table "${table}"`)),
  },
  {
    name: 'em.execute: a subquery',
    covers: ['EntityManager.execute'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(
        await em.execute(`with every as materialized (select * from "${table}") select id from every order by id`),
      ),
  },
  {
    name: 'em.execute: a join with itself',
    covers: ['EntityManager.execute'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(
        await em.execute(
          `select distinct x.id from "${table}" x full join "${table}" y on x.id <> y.id where x.id is not null`,
        ),
      ),
    // A full join finds no row where there is only one on each side that has a partner; it is about the others.
    appliesTo: ({ rows }) => rows.length > 3,
  },
  {
    name: 'the connection: execute',
    covers: ['EntityManager.getConnection'],
    hidesDeleted: false,
    list: async (em, { table }) => keysOf(await em.getConnection().execute<object[]>(`select id from "${table}"`)),
  },
  {
    name: 'the connection for reads: execute',
    covers: ['EntityManager.getConnection'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(await em.getConnection('read').execute<object[]>(`select id from "${table}"`)),
  },
  {
    name: 'the connection: stream',
    covers: ['EntityManager.getConnection'],
    hidesDeleted: false,
    list: async (em, { table }) => keysIn(em.getConnection().stream(`select id from "${table}"`)),
  },
  {
    name: 'the connection: its client',
    covers: ['EntityManager.getConnection'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(await em.getConnection().getClient<any>().selectFrom(table).select('id').execute()),
  },
  {
    name: 'the driver: execute',
    covers: ['EntityManager.getDriver'],
    hidesDeleted: false,
    list: async (em, { table }) => keysOf(await em.getDriver().execute<object[]>(`select id from "${table}"`)),
  },
  {
    name: 'the transaction',
    covers: ['EntityManager.getTransactionContext'],
    hidesDeleted: false,
    list: async (em, { table }) =>
      keysOf(await em.getTransactionContext<any>().selectFrom(table).select('id').execute()),
  },
];

/** Questions about one row that are answered without showing it. */
export const sqlQuestions: KeyWay[] = [
  {
    name: 'em.execute: exists',
    covers: ['EntityManager.execute'],
    hidesDeleted: false,
    ask: async (em, { table }, key) => {
      const [row] = await em.execute(`select exists (select from "${table}" where id = ?) as found`, [key]);
      return keyIf(key, row?.found);
    },
  },
  {
    name: 'em.execute: an error on a match',
    covers: ['EntityManager.execute'],
    hidesDeleted: false,
    ask: async (em, { table }, key) => {
      const failed = await em
        .transactional((inner) => inner.execute(`select 1 / (id <> ?)::int from "${table}"`, [key]))
        .then(() => false)
        .catch((error) => {
          if (error.sqlState !== '22012') {
            throw error;
          }

          return true;
        });
      return keyIf(key, failed);
    },
  },
  {
    name: 'kysely.case',
    covers: ['Kysely.case'],
    hidesDeleted: false,
    ask: async (em, { table }, key) => {
      const kysely = kyselyOf(em);
      const found = await kysely
        .selectFrom(table)
        .select(kysely.case().when('id', '=', key).then(1).else(0).end().as('is_it'))
        .execute();
      return keyIf(
        key,
        found.some(({ is_it }) => Number(is_it) === 1),
      );
    },
  },
];
