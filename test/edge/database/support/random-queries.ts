import fc from 'fast-check';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';

/** A query by what it is made of. Each selects a marker `m`, which says of which row it is, and a key `k`. */
export interface RandomQuery {
  ctes: { name: TableName; query: RandomQuery }[];
  from: RandomSource;
  isAliased: boolean;
  joins: { kind: JoinKind; source: RandomSource; leftKey: number; rightKey: number }[];
  /** From which of its sources the marker and the key are. */
  marker: number;
  key: number;
  condition: { kind: 'in' | 'exists' | 'or'; query: RandomQuery } | null;
  union: { kind: 'union' | 'unionAll' | 'intersect' | 'except'; query: RandomQuery } | null;
}

export type TableName = 'content' | 'organizations' | 'mediaItems' | 'users';
export type RandomSource = TableName | RandomQuery;
type JoinKind = 'innerJoin' | 'leftJoin' | 'rightJoin' | 'fullJoin' | 'crossJoin';

/** The marker and the keys of each table. */
export const columnsOf: Record<TableName, { marker: string; keys: string[] }> = {
  users: { marker: 'name', keys: ['id'] },
  organizations: { marker: 'name', keys: ['id'] },
  mediaItems: { marker: 'title', keys: ['id', 'creatorId'] },
  content: { marker: 'title', keys: ['creatorId', 'id', 'organizationId', 'mediaItemId'] },
};

const tables = Object.keys(columnsOf) as TableName[];
const small = fc.nat(7);

export const { query: randomQuery, source: randomSource } = fc.letrec<{ query: RandomQuery; source: RandomSource }>(
  (tie) => ({
    source: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'query', withCrossShrink: true },
      { arbitrary: fc.constantFrom(...tables), weight: 4 },
      { arbitrary: tie('query'), weight: 1 },
    ),
    query: fc.record({
      ctes: optional(fc.record({ name: fc.constantFrom(...tables), query: tie('query') })).map((cte) =>
        cte ? [cte] : [],
      ),
      from: tie('source'),
      isAliased: fc.boolean(),
      joins: fc.array(
        fc.record({
          kind: fc.constantFrom<JoinKind>('innerJoin', 'leftJoin', 'rightJoin', 'fullJoin', 'crossJoin'),
          source: tie('source'),
          leftKey: small,
          rightKey: small,
        }),
        { maxLength: 2 },
      ),
      marker: small,
      key: small,
      condition: optional(fc.record({ kind: fc.constantFrom('in', 'exists', 'or'), query: tie('query') })),
      union: optional(
        fc.record({ kind: fc.constantFrom('union', 'unionAll', 'intersect', 'except'), query: tie('query') }),
      ),
    }),
  }),
);

/** Mostly not there, and not at all in the depths. */
function optional<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.oneof(
    { maxDepth: 3, depthIdentifier: 'query' },
    { arbitrary: fc.constant(null), weight: 3 },
    { arbitrary, weight: 1 },
  );
}

/** A table's or subquery's name inside a query, and what it offers. */
interface Named {
  alias: string;
  marker: string;
  keys: string[];
}

/** Builds parts of a query, which only the whole query's database rewrites. */
const parts = new Kysely<any>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

let counter = 0;

const as = ({ alias }: Named, table: string): string => (alias === table ? table : `${table} as ${alias}`);

/** The source as Kysely's `from` and joins take it. `ctes` are the tables' names that mean a CTE there. */
export function buildSource(source: RandomSource, ctes: readonly string[], alias = `s${++counter}`) {
  const isTable = typeof source === 'string';
  const columns = isTable && !ctes.includes(source) ? columnsOf[source] : { marker: 'm', keys: ['k'] };
  const named: Named = { alias, ...columns };

  return { named, expression: isTable ? as(named, source) : buildFew(source, ctes).as(alias) };
}

/** A few rows of the query, always the same, so that queries within queries do not become endless. */
const buildFew = (shape: RandomQuery, ctes: readonly string[]) =>
  parts
    .selectFrom(buildQuery(parts, shape, ctes).as('every'))
    .select(['m', 'k'])
    .distinct()
    .orderBy('m')
    .orderBy('k')
    .limit(20);

export const reference = (alias: string, column: string) => sql<string>`${sql.ref(`${alias}.${column}`)}::text`;

const pick = <Value>(values: readonly Value[], index: number): Value => values[index % values.length]!;

/** The query, ready to be executed or to be part of another one. */
export function buildQuery(db: unknown, shape: RandomQuery, outerCtes: readonly string[] = []): any {
  let creator = db as any;
  let ctes = outerCtes;

  for (const { name, query } of shape.ctes) {
    const body = buildFew(query, ctes);
    creator = creator.with(name, () => body);
    ctes = [...ctes, name];
  }

  const ownName = typeof shape.from === 'string' && !shape.isAliased ? shape.from : undefined;
  const first = buildSource(shape.from, ctes, ownName);
  const sources = [first.named];
  let query = creator.selectFrom(first.expression);

  for (const { kind, source, leftKey, rightKey } of shape.joins) {
    const { named, expression } = buildSource(source, ctes);
    const left = pick(sources, leftKey);
    const on = sql<boolean>`${reference(left.alias, pick(left.keys, leftKey))} = ${reference(named.alias, pick(named.keys, rightKey))}`;
    query = kind === 'crossJoin' ? query.crossJoin(expression) : query[kind](expression, (join: any) => join.on(on));
    sources.push(named);
  }

  const marked = pick(sources, shape.marker);
  const keyed = pick(sources, shape.key);
  query = query.select([
    reference(marked.alias, marked.marker).as('m'),
    reference(keyed.alias, pick(keyed.keys, shape.key)).as('k'),
  ]);

  if (shape.condition) {
    const inner = buildQuery(parts, shape.condition.query, ctes);
    const key = reference(keyed.alias, pick(keyed.keys, shape.key));
    query = query.where(
      shape.condition.kind === 'in'
        ? sql`${key} in (select k from ${inner} as keys)`
        : shape.condition.kind === 'exists'
          ? (eb: any) => eb.exists(inner)
          : sql`${key} is not null or exists ${inner}`,
    );
  }

  if (shape.union) {
    // As a subselect, because Kysely sets no parentheses around the second part, which may begin with a CTE.
    const other = parts.selectFrom(buildQuery(parts, shape.union.query, ctes).as('other')).select(['m', 'k']);
    query = query[shape.union.kind](other);
  }

  return query;
}

/** The query as a part of another one. */
export const buildPart = (shape: RandomQuery) => buildQuery(parts, shape);
