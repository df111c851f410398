import { literal } from '../../sql/literal.js';
import { quote, type RunSql, type SentinelTable } from './keys.js';

/** A sentinel row as it is, by the place where it stands. */
type Rows = Map<string, Record<string, unknown>>;

/** SQLSTATEs: the test has dropped a table or a column, on purpose then. Those of the others are compared all the same. */
const gone = new Set(['42P01', '42703', '3F000']);

/** Compares the sentinel rows with what they were when the watch began. */
export class SentinelWatch {
  private constructor(
    private readonly tables: SentinelTable[],
    private readonly digest: string,
    private readonly rows: Rows,
  ) {}

  /** Begins with the rows of a database that no test has touched. */
  static async begin(run: RunSql, tables: SentinelTable[]): Promise<SentinelWatch> {
    return new SentinelWatch(tables, await readDigest(run, tables), await readRows(run, tables));
  }

  /** A query that fails if a row is not what it was, or if one cannot tell. */
  get check(): string {
    return `select 1 / (digest = ${literal(this.digest)})::int from (${digestOf(this.tables)}) as found`;
  }

  /** Says which rows are not what they were, in words for whoever wrote the test. */
  async findChanges(run: RunSql): Promise<string | undefined> {
    try {
      if ((await readDigest(run, this.tables)) === this.digest) {
        return undefined;
      }

      return describe(findDifferences(this.rows, await readRows(run, this.tables)));
    } catch (error) {
      if (gone.has((error as { code?: string }).code ?? '')) {
        return this.#findChangesInOthers(run);
      }

      throw error;
    }
  }

  async #findChangesInOthers(run: RunSql): Promise<string | undefined> {
    const remaining = await findRemaining(run, this.tables);
    const places = remaining.map(({ table }) => `${table} `);
    const before = [...this.rows].filter(([place]) => places.some((start) => place.startsWith(start)));
    const changes = findDifferences(new Map(before), await readRows(run, remaining));

    return changes.length > 0 ? describe(changes) : undefined;
  }
}

async function readDigest(run: RunSql, tables: SentinelTable[]): Promise<string> {
  const [row] = await run<{ digest: string }>(digestOf(tables));
  return row!.digest;
}

function digestOf(tables: SentinelTable[]): string {
  if (tables.length === 0) {
    return `select '' as digest`;
  }

  const selects = tables.map(
    ({ table, columns, ...keys }) =>
      `select ${literal(table)} || (${columns.map(quote).join(', ')})::text as line from ${table} where ${condition(keys)}`,
  );

  return `select coalesce(md5(string_agg(line, ',' order by line)), '') as digest
    from (${selects.join(' union all ')}) as lines`;
}

async function readRows(run: RunSql, tables: SentinelTable[]): Promise<Rows> {
  if (tables.length === 0) {
    return new Map();
  }

  const selects = tables.map(
    ({ table, key, rows }) =>
      `select ${literal(table)} || ' ' || array[${key.map((column) => `${quote(column)}::text`).join(', ')}]::text as place,
         to_jsonb(one) as row from ${table} as one where ${condition({ key, rows })}`,
  );
  const found = await run<{ place: string; row: Record<string, unknown> }>(selects.join(' union all '));

  return new Map(found.map(({ place, row }) => [place, row]));
}

function condition({ key, rows }: Pick<SentinelTable, 'key' | 'rows'>): string {
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`);
  return `(${key.map(quote).join(', ')}) in (${values.join(', ')})`;
}

/** Those tables that are still there, with their keys. */
async function findRemaining(run: RunSql, tables: SentinelTable[]): Promise<SentinelTable[]> {
  const columns = await run<{ table: string; column: string }>(
    `select format('%I.%I', nspname, relname) as table, attname as column from pg_attribute
       join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p') and attnum > 0 and not attisdropped`,
  );
  const known = new Set(columns.map(({ table, column }) => `${table}.${column}`));

  return tables.filter(({ table, key }) => key.every((column) => known.has(`${table}.${column}`)));
}

/** A line for each row that is gone, and for each column that has another value. */
function findDifferences(before: Rows, after: Rows): string[] {
  return [...before].flatMap(([place, row]) => {
    const now = after.get(place);

    return now
      ? Object.keys(row)
          .filter((name) => name in now && JSON.stringify(row[name]) !== JSON.stringify(now[name]))
          .map((name) => `  ${place}: ${name} was ${JSON.stringify(row[name])}, is ${JSON.stringify(now[name])}`)
      : [`  ${place}: deleted`];
  });
}

const describe = (changes: string[]): string =>
  [
    'The test has touched rows of another organization, which stand in every test database to notice just that:',
    ...changes,
    'A condition or a scope is missing from what it ran.',
  ].join('\n');
