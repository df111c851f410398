import { literal } from '../../sql/literal.js';

/** Runs a statement and gives its rows. */
export type RunSql = <Row extends object>(sql: string) => Promise<Row[]>;

/** The sentinel rows of one table: which they are, not what is in them. */
export interface SentinelTable {
  /** With its schema, as SQL has it. */
  table: string;
  /** The columns of the primary key. */
  key: string[];
  /** All columns, of which none may change. */
  columns: string[];
  /** The keys, as texts. */
  rows: string[][];
}

interface TableShape {
  table: string;
  key: string[];
  columns: string[];
}

const shapes = `
  select format('%I.%I', nspname, relname) as table,
    (select array_agg(attname::text order by attnum) from pg_attribute
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped) as columns,
    (select array_agg(attname::text order by array_position(indkey::int2[], attnum)) from pg_attribute
      where attrelid = pg_class.oid and attnum = any (indkey)) as key
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    join pg_index on indrelid = pg_class.oid and indisprimary
  where relkind in ('r', 'p') and not relispartition and relname not like 'mikro\\_orm\\_%'
    and nspname not like 'pg\\_%' and nspname <> 'information_schema'
  order by 1`;

/** Finds the rows that `seed` adds, in all tables that have a primary key. */
export async function findAdded(run: RunSql, seed: () => Promise<void>): Promise<SentinelTable[]> {
  const tables = await run<TableShape>(shapes);
  const before = new Set((await readKeys(run, tables)).map((row) => JSON.stringify(row)));
  await seed();
  const added = (await readKeys(run, tables)).filter((row) => !before.has(JSON.stringify(row)));

  return tables
    .map((shape) => ({
      ...shape,
      rows: added.filter(({ table }) => table === shape.table).map(({ values }) => values),
    }))
    .filter(({ rows }) => rows.length > 0);
}

async function readKeys(run: RunSql, tables: TableShape[]): Promise<{ table: string; values: string[] }[]> {
  const selects = tables.map(
    ({ table, key }) =>
      `select ${literal(table)} as table, array[${key.map((column) => `${quote(column)}::text`).join(', ')}] as values from ${table}`,
  );

  return selects.length > 0 ? run(`${selects.join(' union all ')} order by 1, 2`) : [];
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
