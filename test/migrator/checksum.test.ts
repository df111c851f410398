import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOrm } from '../../src/index.js';
import { foldersOf, readHistory } from '../../src/migrator/history.js';
import { recordMigrations } from '../../src/migrator/recorded-migration.js';
import { root } from '../support/command.js';
import { withOwnFolder } from './support/own-migrations.js';

const orm = createOrm({ method: 'LOCAL_PROXY', url: 'postgresql://nobody@127.0.0.1/none' });

const recordFolder = (folder: string) =>
  recordMigrations(readHistory(foldersOf(folder, undefined), '!(*.d).{js,ts}'), orm.driver, orm.config);

async function checksumOf(body: string): Promise<string | undefined> {
  return withOwnFolder(
    { Migration20991201100000_one: body },
    async (folder) => (await recordFolder(folder))[0]?.checksum,
  );
}

describe('the checksum of a migration', { timeout: 120_000 }, () => {
  test('is that of its SQL, however it is laid out and named in the code', async () => {
    const sum = await checksumOf('up() { this.addSql("create table a (id int)"); }');

    expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(
      await checksumOf(
        'async up() {\n // why\n const t = "a"; await null; this.addSql("create   table " + t + "\\n (id int);") }',
      ),
    ).toBe(sum);
    expect(await checksumOf('up() { this.addSql("create table a -- the first\\n (id int)"); } down() {}')).toBe(sum);
    expect(await checksumOf('up() { this.addSql("create table a (id bigint)"); }')).not.toBe(sum);
  });

  test('notices white space and case in a value, and what looks like a comment there', async () => {
    const sums = ["'a  b'", "'a b'", "'A b'", "'a -- b'", '$$a  b$$'].map((value) =>
      checksumOf(`up() { this.addSql(${JSON.stringify(`select ${value}`)}); }`),
    );

    expect(new Set(await Promise.all(sums)).size).toBe(5);
  });

  test('covers what is executed at once, with its parameters', async () => {
    const body = (value: number) => `async up() { await this.execute('insert into a values (?)', [${value}]); }`;

    expect(await checksumOf(body(1))).toBe(await checksumOf(body(1)));
    expect(await checksumOf(body(1))).not.toBe(await checksumOf(body(2)));
  });

  test('leaves out what is different each time', async () => {
    const body = (expression: string) =>
      `up() { this.addSql('create table a (id int)'); this.addSql(\`insert into a values ('\${${expression}}')\`); }`;

    expect(await checksumOf(body('new Date().toISOString()'))).toBe(await checksumOf(body('crypto.randomUUID()')));
  });

  test('covers what comes before a question to the database, and touches none', async () => {
    const body = (table: string) =>
      `async up() { this.addSql('create table ${table} (id int)'); const em = this.getEntityManager(); await em.execute('select 1'); }`;

    expect(await checksumOf(body('a'))).toMatch(/^[0-9a-f]{64}$/);
    expect(await checksumOf(body('a'))).not.toBe(await checksumOf(body('b')));
    expect(await checksumOf(`async up() { await this.driver.execute('select 1'); }`)).toBeUndefined();
  });

  test('is the same for the sources of this package and what is compiled of them', async () => {
    await withOwnFolder({}, async (folder) => {
      const source = join(root, 'src/migrations');
      const files = (await readdir(source)).filter((name) => name.endsWith('.ts'));
      await mkdir(join(folder, 'js'));
      execFileSync(
        process.execPath,
        [
          join(root, 'node_modules/typescript/bin/tsc'),
          ...files.map((name) => join(source, name)),
          ...['--outDir', join(folder, 'js'), '--rootDir', source, '--target', 'es2022', '--module', 'nodenext'],
          ...['--skipLibCheck', '--ignoreConfig', '--removeComments'],
        ],
        { cwd: root },
      );
      await writeFile(join(folder, 'js/package.json'), '{ "type": "module" }');

      const sums = (await recordFolder(source)).map(({ name, checksum }) => [name, checksum]);

      expect(sums).toHaveLength(files.length);
      expect((await recordFolder(join(folder, 'js'))).map(({ name, checksum }) => [name, checksum])).toEqual(sums);
    });
  });
});
