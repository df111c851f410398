import { literal } from '../../sql/literal.js';
import { quote, type RunSql, type SentinelTable } from './keys.js';

/** A sentinel row as it is, by the place where it stands. */
type Rows = Map<string, Record<string, unknown>>;

/** SQLSTATEs: the test has dropped a table or a column, on purpose then. */
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

  /**
   * Says which rows are not what they were, in words for whoever wrote the test. One query if there is none.
   */
  async findChanges(run: RunSql): Promise<string | undefined> {
    try {
      if ((await readDigest(run, this.tables)) === this.digest) {
        return undefined;
      }

      return describe(this.rows, await readRows(run, this.tables));
    } catch (error) {
      if (gone.has((error as { code?: string }).code ?? '')) {
        return undefined;
      }

      throw error;
    }
  }
}

async function readDigest(run: RunSql, tables: SentinelTable[]): Promise<string> {
  if (tables.length === 0) {
    return '';
  }

  const selects = tables.map(
    ({ table, columns, ...keys }) =>
      `select ${literal(table)} || (${columns.map(quote).join(', ')})::text as line from ${table} where ${condition(keys)}`,
  );
  const [row] = await run<{ digest: string }>(
    `select md5(string_agg(line, ',' order by line)) as digest from (${selects.join(' union all ')}) as lines`,
    'codex_sentinels',
  );

  return row?.digest ?? '';
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

function describe(before: Rows, after: Rows): string {
  const lines: string[] = [];

  for (const [place, row] of before) {
    const now = after.get(place);

    if (!now) {
      lines.push(`  ${place}: deleted`);
      continue;
    }

    for (const column of Object.keys(row).filter((name) => JSON.stringify(row[name]) !== JSON.stringify(now[name]))) {
      lines.push(`  ${place}: ${column} was ${JSON.stringify(row[column])}, is ${JSON.stringify(now[column])}`);
    }
  }

  return [
    'The test has touched rows of another organization, which stand in every test database to notice just that:',
    ...lines,
    'A condition or a scope is missing from what it ran.',
  ].join('\n');
}
