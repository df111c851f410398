import type { DatabaseTable } from '@mikro-orm/sql';
import type { Catalog, Part } from '../catalog.js';
import { type Facts, plain, type Rule } from '../rule.js';

const relationKinds: Record<string, string> = {
  c: 'type',
  f: 'foreign table',
  m: 'materialized view',
  p: 'partitioned table',
  r: 'table',
  v: 'view',
};

const functionKinds: Record<string, string> = { a: 'aggregate', f: 'function', p: 'procedure', w: 'window function' };

/** What somebody made by hand, or a migration left behind. Extensions' own objects are no faults. */
export const undeclaredRules: Rule[] = [
  { name: 'nothing is there that no entity declares', findFaults: findUndeclared },
];

/** One object that the catalog has. */
interface Found {
  kind: string;
  schema: string;
  /** The table that it belongs to. */
  table?: string;
  name: string;
}

function findUndeclared(facts: Facts): string[] {
  const { catalog, migrations } = facts;
  const isOfMigrations = ({ schema, table, name }: Found): boolean =>
    schema === migrations.schema && (table ?? name) === migrations.table;
  const declared = declaredKeys(facts);
  const unknown = objectsOf(catalog).filter((object) => !isOfMigrations(object) && !declared.has(keyOf(object)));
  // What goes with a table that is itself undeclared needs no line of its own.
  const unknownTables = new Set(unknown.flatMap(({ schema, table, name }) => (table ? [] : [`${schema}.${name}`])));

  return unknown
    .filter(({ schema, table }) => !table || !unknownTables.has(`${schema}.${table}`))
    .map(
      ({ kind, schema, table, name }) =>
        `the ${kind} ${table ? `${name} on ${plain(schema, table)}` : plain(schema, name)} is declared nowhere: declare it on its entity, or drop it by a migration`,
    );
}

/** A trigger's function goes by its name alone, and so do a table and a view. */
const keyOf = ({ kind, schema, table, name }: Found): string =>
  [/table|view/.test(kind) ? 'relation' : kind, schema, table, name].join('\n');

function objectsOf(catalog: Catalog): Found[] {
  const constraintNames = new Set(catalog.constraints.map(({ table, name }) => `${table}\n${name}`));
  const parts = (kind: string, found: Part[]): Found[] =>
    found.map(({ schema, table, name }) => ({ kind, schema, table, name }));

  return [
    ...catalog.relations.map(({ schema, name, kind }) => ({ kind: relationKinds[kind]!, schema, name })),
    ...parts('column', catalog.columns),
    // An index of a constraint bears its name.
    ...parts('index', catalog.indexes).filter(({ table, name }) => !constraintNames.has(`${table}\n${name}`)),
    ...parts(
      'constraint',
      catalog.constraints.filter(({ type }) => type !== 'n'),
    ),
    ...parts(
      'trigger',
      catalog.triggers.filter(({ isInternal }) => !isInternal),
    ),
    ...parts('policy', catalog.policies),
    ...parts('rewrite rule', catalog.rules),
    ...catalog.functions.map(({ schema, name, kind }) => ({ kind: functionKinds[kind]!, schema, name })),
    ...catalog.types.map(({ schema, name }) => ({ kind: 'type', schema, name })),
    ...catalog.sequences
      .filter(({ isOwned }) => !isOwned)
      .map(({ schema, name }) => ({ kind: 'sequence', schema, name })),
  ];
}

function declaredKeys({ declared }: Facts): Set<string> {
  const { name: defaultSchema } = declared;
  const enums = Object.values(declared.getNativeEnums()).map(({ name, schema = defaultSchema }) => ({
    kind: 'type',
    schema,
    name,
  }));
  const views = declared
    .getViews()
    .map(({ name, schema = defaultSchema }) => ({ kind: 'view', schema: schema ?? defaultSchema, name }));
  const routines = declared
    .getRoutines()
    .map(({ name, type, schema = defaultSchema }) => ({ kind: type, schema, name }));
  const tables = declared.getTables().flatMap((table) => partsOf(table, table.schema ?? defaultSchema));

  return new Set([...enums, ...views, ...routines, ...tables].map(keyOf));
}

function partsOf(table: DatabaseTable, schema: string): Found[] {
  const part = (kind: string, name: string): Found => ({ kind, schema, table: table.name, name });
  const triggers = table.getTriggers();

  return [
    { kind: 'table', schema, name: table.name },
    ...table.getColumns().map(({ name }) => part('column', name)),
    // A unique may be either.
    ...table.getIndexes().flatMap(({ keyName }) => [part('index', keyName), part('constraint', keyName)]),
    ...table.getChecks().map(({ name }) => part('constraint', name)),
    ...Object.keys(table.getForeignKeys()).map((name) => part('constraint', name)),
    ...table.getPolicies().map(({ name }) => part('policy', name)),
    ...triggers.flatMap(({ name, expression }) => [
      part('trigger', name),
      ...functionsOf(table, name, expression).map((called) => ({ kind: 'function', schema, name: called })),
    ]),
  ];
}

/** Those that the trigger's own statements make, or MikroORM makes for it. */
function functionsOf(table: DatabaseTable, trigger: string, expression: string | undefined): string[] {
  return expression
    ? [...expression.matchAll(/\bcreate (?:or replace )?function (?:"?\w+"?\.)?"?(\w+)"?/gi)].map(([, name]) => name!)
    : [`${table.name}_${trigger}_fn`];
}
