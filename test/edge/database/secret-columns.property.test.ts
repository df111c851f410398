import fc from 'fast-check';
import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type SelectQueryBuilder,
} from 'kysely';
import { describe, expect } from 'vitest';
import { valueTypes } from '../../../src/edge/database/value-types.js';
import { createHttpExecutor } from '../../../src/edge/index.js';
import { createCanaries, marker, secrets } from '../../secrets/canary.js';
import { test as base } from './support/edge-test.js';

const test = base.extend('canaries', { scope: 'file' }, async ({ orm }): Promise<void> => {
  const em = orm.em.fork();
  createCanaries(em);
  await em.flush();
  // So that it shows of which table a column is.
  for (const table of tables) {
    await em.execute(`update ?? set id = id`, [toSnakeCase(table)]);
  }
});

const tables = ['users', 'accounts', 'sessions', 'verificationTokens'] as const;
const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

type RandomSource = { table: string } | { query: RandomQuery };

/** A query of nothing but stars. */
interface RandomQuery {
  cte: { name: string; query: RandomQuery } | null;
  sources: RandomSource[];
  /** Of which source all columns are selected, or `null` for those of all. */
  star: number | null;
  isAliased: boolean;
  isUnion: boolean;
}

const table = fc.constantFrom<string>(...tables);
const { query: randomQuery } = fc.letrec<{ query: RandomQuery; source: RandomSource }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'query', withCrossShrink: true },
    { arbitrary: fc.record({ table }), weight: 3 },
    { arbitrary: fc.record({ query: tie('query') }), weight: 1 },
  ),
  query: fc.record({
    cte: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'query' },
      { arbitrary: fc.constant(null), weight: 2 },
      { arbitrary: fc.record({ name: table, query: tie('query') }), weight: 1 },
    ),
    sources: fc.array(tie('source'), { minLength: 1, maxLength: 3 }),
    star: fc.option(fc.nat(2)),
    isAliased: fc.boolean(),
    isUnion: fc.boolean(),
  }),
}));

/** Kysely as it is, which selects secrets too. */
const plain = new Kysely<any>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [new CamelCasePlugin()],
});

/** Kysely without names in camelCase, for the parts of a query that the whole query's database rewrites. */
const parts = plain.withoutPlugins();

type AnyQuery = SelectQueryBuilder<any, any, any>;

/** Some rows of the query, which are all the same, for each table has one. */
const buildFew = (shape: RandomQuery): AnyQuery => build(parts, shape).limit(2);

function build(db: unknown, { cte, sources, star, isAliased, isUnion }: RandomQuery): AnyQuery {
  const creator = cte ? (db as typeof plain).with(cte.name, () => buildFew(cte.query)) : (db as typeof plain);
  const isUnique = new Set(sources.map((source) => JSON.stringify(source))).size === sources.length;
  const names = sources.map((source, index) =>
    'table' in source && isUnique && !isAliased ? source.table : `s${index}`,
  );
  const expressions = sources.map((source, index) =>
    'query' in source
      ? buildFew(source.query).as(names[index]!)
      : source.table === names[index]
        ? source.table
        : `${source.table} as ${names[index]}`,
  );
  const [first, ...others] = expressions as string[];
  const from = others.reduce<AnyQuery>((query, each) => query.crossJoin(each), creator.selectFrom(first!) as AnyQuery);
  const query = star === null ? from.selectAll() : from.selectAll(names[star % names.length]);

  // Kysely sets no parentheses around the second part, which may not begin with a CTE then.
  return isUnion && !cte ? query.unionAll(query) : query;
}

const secretNames = new Set<string>(secrets.map(({ property }) => property));
const withoutSecrets = (row: object) =>
  Object.fromEntries(
    Object.entries(row)
      .map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value])
      .filter(([name]) => !secretNames.has(name)),
  );

describe('any query of stars', () => {
  test('gives what plain Kysely gives, but for the secrets', async ({ db, neon, canaries: _ }) => {
    const executor = createHttpExecutor(neon);

    await fc.assert(
      fc.asyncProperty(randomQuery, async (shape) => {
        const { sql, parameters } = build(plain, shape).compile();
        const { rows } = await executor.execute<object>({ text: sql, parameters }, { types: valueTypes });
        const found: object[] = await build(db, shape).execute();

        expect(found).toEqual(rows.map(withoutSecrets));
        expect(JSON.stringify(found)).not.toContain(marker);
      }),
      { numRuns: 100 },
    );
  });
});
