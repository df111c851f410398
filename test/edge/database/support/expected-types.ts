import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Orm } from '../../../../src/index.js';
import { root, run } from '../../../support/command.js';

/** What is known of a column without looking at the edge database's types. */
export interface ExpectedColumn {
  /** As in the database. */
  table: string;
  column: string;
  type: string;
  isNullable: boolean;
  hasDefault: boolean;
}

interface CatalogColumn {
  table: string;
  column: string;
  udt: string;
  nullable: boolean;
  default: boolean;
}

const typeOf: Record<string, string> = {
  bool: 'boolean',
  int4: 'number',
  int8: 'number',
  text: 'string',
  timestamptz: 'Date',
  uuid: 'string',
  varchar: 'string',
};

/** What the JSON columns hold, which neither PostgreSQL nor the metadata knows. */
const jsonTypes: Record<string, string> = { 'content.tags': 'string[]' };

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** The columns of the entities' metadata, `table.column`, and whether each may be null. */
export function readMetadata(orm: Orm) {
  return [...orm.getMetadata()].flatMap(({ tableName, props }) =>
    props
      .filter(({ fieldNames }) => fieldNames?.length)
      .map(({ fieldNames, nullable, items, columnTypes }) => ({
        table: tableName,
        column: fieldNames[0]!,
        isNullable: Boolean(nullable),
        items: items as string[] | undefined,
        isJson: columnTypes[0] === 'jsonb',
      })),
  );
}

/** The columns of the real database, their enumerated values from the metadata. */
export async function readColumns(orm: Orm): Promise<ExpectedColumn[]> {
  const metadata = readMetadata(orm);
  const columns = await orm.em.fork().execute<CatalogColumn[]>(
    `select table_name as table, column_name as column, udt_name as udt, is_nullable = 'YES' as nullable,
       -- outside of a scope nothing gives these
       column_default is not null and column_default not like '%codex.%' as default
     from information_schema.columns where table_schema = 'public' and table_name <> 'mikro_orm_migrations'`,
  );

  return columns.map(({ table, column, udt, nullable, default: hasDefault }) => {
    const items = metadata.find((each) => each.table === table && each.column === column)?.items;
    const type = items?.map((item) => `'${item}'`).join(' | ') ?? typeOf[udt] ?? jsonTypes[`${table}.${column}`];

    if (!type) {
      throw new Error(`This test does not know the type of ${table}.${column} yet: ${udt}.`);
    }

    return { table, column, type, isNullable: nullable, hasDefault };
  });
}

/** A program that compiles if and only if the edge database's types are exactly those of the columns. */
export function renderProgram(columns: ExpectedColumn[]): string {
  const tables = Map.groupBy(columns, ({ table }) => camelCase(table));

  return [
    `import type { Insertable, Selectable, Updateable } from 'kysely';`,
    `import type { EdgeTables } from '${join(root, 'src/edge/database/index.js')}';`,
    'type Flat<T> = { [K in keyof T]: T[K] };',
    'type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;',
    `export const tables: Same<keyof EdgeTables, ${[...tables.keys()].map((name) => `'${name}'`).join(' | ')}> = true;`,
    ...[...tables].flatMap(([table, ofTable]) => [
      compare(table, 'Selectable', ofTable, ({ type, isNullable }) => `: ${type}${isNullable ? ' | null' : ''}`),
      compare(table, 'Insertable', ofTable, ({ type, isNullable, hasDefault }) =>
        isNullable ? `?: ${type} | null` : hasDefault ? `?: ${type} | undefined` : `: ${type}`,
      ),
      compare(
        table,
        'Updateable',
        ofTable,
        ({ type, isNullable }) => `?: ${type} | ${isNullable ? 'null | undefined' : 'undefined'}`,
      ),
    ]),
  ].join('\n');
}

function compare(table: string, kind: string, columns: ExpectedColumn[], render: (column: ExpectedColumn) => string) {
  const members = columns.map((column) => `${camelCase(column.column)}${render(column)}`).join('; ');
  return `export const ${table}${kind}: Same<Flat<${kind}<EdgeTables['${table}']>>, { ${members} }> = true;`;
}

/** Compiles the programs, and gives for each the declarations that the compiler refused. */
export async function compile(programs: Record<string, string>): Promise<Record<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-edge-types-'));
  const files = Object.keys(programs).map((name) => `${name}.ts`);

  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { noEmit: true }, include: [], files }),
    );
    await Promise.all(
      Object.entries(programs).map(([name, program]) => writeFile(join(folder, `${name}.ts`), program)),
    );
    const { output } = await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {}, folder);

    return Object.fromEntries(Object.keys(programs).map((name) => [name, errorsIn(name, programs[name]!, output)]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function errorsIn(name: string, program: string, output: string): string[] {
  const lines = program.split('\n');
  const errors = [...output.matchAll(/^(\S+?)\.ts\((\d+),\d+\): error (.*)$/gm)];
  const elsewhere = errors.filter(([, file]) => file?.includes('/'));

  return [...elsewhere, ...errors.filter(([, file]) => file === name)].map(
    ([text, , line]) => /export const (\w+)/.exec(lines[Number(line) - 1] ?? '')?.[1] ?? text,
  );
}
