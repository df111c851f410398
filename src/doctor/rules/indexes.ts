import type { AccessPath } from '../access-paths.js';
import type { Constraint, Index, IndexKey } from '../catalog.js';
import { type Facts, listed, plain, quote, type Rule } from '../rule.js';

/** Every lookup has its index, and no index is there for nothing. */
export const indexRules: Rule[] = [
  { name: 'every foreign key has an index', findFaults: findSlowForeignKeys },
  { name: 'every access path has an index', findFaults: findSlowPaths },
  { name: 'no index is covered by another', findFaults: findCoveredIndexes },
];

function findSlowForeignKeys({ catalog }: Facts): string[] {
  return catalog.constraints
    .filter(({ type }) => type === 'f')
    .filter((key) => !catalog.indexes.some((index) => servesKey(index, key)))
    .map(
      ({ schema, table, name, columns }) =>
        `no index on ${plain(schema, table)} leads with ${listed(columns)}, which the foreign key ${name} needs: declare one on its entity (create index concurrently on ${quote(schema, table)} ${listed(columns.map((column) => quote(column)))})`,
    );
}

/** All columns are compared for equality, so that their order does not matter. */
function servesKey(index: Index, { schema, table, columns }: Constraint): boolean {
  const leading = index.keys.slice(0, columns.length).map(({ column }) => unquote(column));

  return (
    index.schema === schema &&
    index.table === table &&
    isUsable(index, columns, []) &&
    columns.every((column) => leading.includes(column))
  );
}

function findSlowPaths({ catalog, accessPaths, declared }: Facts): string[] {
  return accessPaths.flatMap((path) => {
    const [table, schema = declared.name] = path.table.split('.').reverse() as [string, string?];
    const isThere = catalog.relations.some((relation) => relation.schema === schema && relation.name === table);
    const isServed = catalog.indexes.some(
      (index) => index.schema === schema && index.table === table && servesPath(index, path),
    );
    const condition = path.where ? ` where ${path.where.join(' and ')}` : '';

    return isThere && !isServed
      ? [
          `no index on ${path.table} leads with ${listed(path.columns)}${condition}, a listed access path: declare one on its entity`,
        ]
      : [];
  });
}

function servesPath(index: Index, { columns, where = [] }: AccessPath): boolean {
  const leading = index.keys.slice(0, columns.length).map((key) => `${unquote(key.column)}${directionOf(key)}`);
  const names = columns.map((column) => column.replace(/ (desc|asc)$/i, ''));

  return (
    isUsable(index, names, where) &&
    columns.every((column, place) => leading[place] === column.replace(/ asc$/i, '').replace(/ desc$/i, ' desc'))
  );
}

const directionOf = ({ options }: IndexKey): string => (options & 1 ? ' desc' : '');

/** Whether it is in use, and has every row that is looked for. */
function isUsable(
  { isValid, method, predicate }: Index,
  columns: readonly string[],
  where: readonly string[],
): boolean {
  const known = [...where, ...columns.map((column) => `${column} is not null`)];

  return isValid && method === 'btree' && conjunctsOf(predicate).every((condition) => known.includes(condition));
}

/** The parts of a plain conjunction. One that is not plain is like no known condition. */
const conjunctsOf = (predicate: string | null): string[] =>
  predicate ? predicate.replaceAll('"', '').toLowerCase().split(' and ') : [];

const unquote = (name: string): string => (/^"(.*)"$/.exec(name)?.[1] ?? name).replaceAll('""', '"');

function findCoveredIndexes({ catalog: { indexes } }: Facts): string[] {
  return indexes.flatMap((index) => {
    const cover = indexes.find((other) => other !== index && isCovered(index, other) && !isPreferred(index, other));

    return cover
      ? [
          `the index ${index.name} on ${plain(index.schema, index.table)} is covered by ${cover.name}: drop it from its entity (drop index concurrently ${quote(index.schema, index.name)}, or its constraint)`,
        ]
      : [];
  });
}

/**
 * Whether `other` does all that the index does.
 *
 * It leads with the same columns, alike in direction (or all reversed), operators and collation; it has the same
 * predicate, or none where the index only leaves out nulls of its own columns; it has the included columns. What is unique
 * is covered only by the same unique columns.
 */
function isCovered(index: Index, other: Index): boolean {
  const isSameTable = index.schema === other.schema && index.table === other.table;
  const isInUse = index.isValid && other.isValid && !index.isExclusion && !index.isReplicaIdentity && !index.isPrimary;
  const isSameLength = index.keys.length === other.keys.length;
  const others = [...other.keys.map(({ column }) => column), ...other.included];

  return (
    isSameTable &&
    isInUse &&
    index.method === other.method &&
    (index.method === 'btree' || isSameLength) &&
    leadsWith(other, index.keys) &&
    index.included.every((column) => others.includes(column)) &&
    isSamePredicate(index, other) &&
    (!index.isUnique || (isSameLength && guaranteesSame(index, other)))
  );
}

function leadsWith({ keys }: Index, wanted: IndexKey[]): boolean {
  const isSame = (flip: number) => (key: IndexKey, place: number) => {
    const own = keys[place];
    return (
      own?.column === key.column &&
      own.operators === key.operators &&
      own.collation === key.collation &&
      own.options === (key.options ^ flip)
    );
  };

  return wanted.every(isSame(0)) || wanted.every(isSame(3));
}

function isSamePredicate({ predicate, keys, isUnique }: Index, other: Index): boolean {
  if (predicate === other.predicate) {
    return true;
  }

  const withoutNulls = keys.map(({ column }) => `${unquote(column)} is not null`);
  return !isUnique && !other.predicate && conjunctsOf(predicate).every((condition) => withoutNulls.includes(condition));
}

const guaranteesSame = (index: Index, other: Index): boolean =>
  other.isUnique && index.isImmediate === other.isImmediate && index.nullsAreEqual === other.nullsAreEqual;

/** Of two that cover each other one stays: what a foreign key needs, what is unique, else the first by name. */
function isPreferred(index: Index, other: Index): boolean {
  if (!isCovered(other, index)) {
    return false;
  }

  return index.isReferenced === other.isReferenced ? index.name < other.name : index.isReferenced;
}
