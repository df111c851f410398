import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Outcome, root, run } from '../support/command.js';
import { inConsumer } from '../support/consumer.js';
import { withEmptyDatabase } from '../support/empty-database.js';

const source = join(root, 'examples/playlists');

const manifest = async (folder: string) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

type RunScript = (name: string, ...args: string[]) => Promise<Outcome>;

/** Runs `work` with a copy of the example, beside the packed package, and a database with nothing in it. */
async function inExample(work: (script: RunScript, folder: string) => Promise<void>): Promise<void> {
  const { devDependencies } = await manifest(source);

  await inConsumer([...Object.keys(devDependencies), '.bin'], ({ folder }) =>
    withEmptyDatabase(async (_orm, url) => {
      // What a developer has installed or made there stays there.
      const filter = (path: string) => !['node_modules', '.local'].includes(basename(path));
      await cp(source, folder, { recursive: true, filter });
      const variables = { DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url };

      await work((name, ...args) => run('npm', ['run', name, '--', ...args], variables, folder), folder);
    }),
  );
}

describe('examples/playlists', { timeout: 240_000 }, () => {
  test('compiles, tests, checks and migrates on the packed package', async () => {
    await inExample(async (script) => {
      const types = await script('types');
      expect(types.code, types.output).toBe(0);

      const tests = await script('test');
      expect(tests.code, tests.output).toBe(0);
      expect(tests.output).toMatch(/Test Files +3 passed/);
      expect(tests.output).not.toMatch(/skipped|todo/);

      const check = await script('db:check');
      expect(check.code, check.output).toBe(0);

      const pending = await script('db:lint');
      expect(pending.code, pending.output).toBe(0);
      expect(pending.output).toMatch(/^[1-9]\d* migrations read/m);

      const migrated = await script('db:migrate');
      expect(migrated.code, migrated.output).toBe(0);
      expect(migrated.output).toMatch(/Applied 'Migration\d+_auth_tables'.*Applied 'Migration\d+_playlists'/s);
      expect((await script('db:lint')).output).toMatch(/^0 migrations read/m);

      const doctor = await script('db:doctor');
      expect(doctor.code, doctor.output).toBe(0);
      expect(doctor.output).toMatch(/^nothing is there that no entity declares +ok$/m);
      expect(doctor.output).toMatch(/^policies are as declared +ok$/m);

      const wrong = await script('db:lint', '--after', 'nothing');
      expect(wrong.code).toBe(1);
      expect(wrong.output).toMatch(/^There is no migration nothing\./m);
      expect(wrong.output).not.toMatch(/^ +at /m);
    });
  });

  test('has a doctor that knows its tables, and how they are read', async () => {
    await inExample(async (script, folder) => {
      const orm = join(folder, 'src/orm.ts');
      const text = await readFile(orm, 'utf8');
      await writeFile(orm, text.replace(`columns: ['creator_id', 'name']`, `columns: ['position']`));
      expect((await script('db:migrate')).code).toBe(0);

      const { code, output } = await script('db:doctor');
      expect(code, output).toBe(1);
      expect(output).toMatch(/^every access path has an index +1 fault$/m);
      expect(output).toMatch(/^- .*playlists.*position/m);
    });
  });

  test('notices an entity that its migrations do not know, and writes the missing one', async () => {
    await inExample(async (script, folder) => {
      const entity = join(folder, 'src/playlist.entity.ts');
      const text = await readFile(entity, 'utf8');
      const property = '  @Property({ type: t.text, nullable: true })\n  note: string | null = null;\n';
      await writeFile(entity, text.replace(/\}\n$/, `\n${property}}\n`));
      const migrations = join(folder, 'src/migrations');
      const before = await readdir(migrations);

      const tests = await script('test', 'test/migrations.test.ts');
      expect(tests.code).not.toBe(0);
      expect(tests.output).toContain('alter table "playlists" add "note" text null');
      expect((await script('db:check')).code).not.toBe(0);

      const generated = await script('db:gen', '--name', 'note');
      expect(generated.code, generated.output).toBe(0);
      const [added, ...others] = (await readdir(migrations)).filter((name) => !before.includes(name));
      expect(others).toEqual([]);
      const sql = await readFile(join(migrations, added!), 'utf8');
      expect(sql.match(/addSql\(.*/g)).toEqual([
        expect.stringContaining('alter table "playlists" add "note" text null'),
        expect.stringContaining('alter table "playlists" drop column "note"'),
      ]);
      expect((await script('db:check')).code).toBe(0);
    });
  });

  test('depends on this version, and on what it has beside it', async () => {
    const [example, own] = [await manifest(source), await manifest(root)];
    const versions = { [own.name]: own.version, ...own.dependencies, ...own.devDependencies };

    for (const [name, version] of Object.entries({ ...example.dependencies, ...example.devDependencies })) {
      expect(version, name).toBe(versions[name]);
    }
  });
});
