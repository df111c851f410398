import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { User } from '../../src/index.js';
import { type Outcome, root, run } from '../support/command.js';
import { test } from '../support/database-per-file.js';
import { withEmptyDatabase } from '../support/empty-database.js';

const longest = 120_000;

/** Runs command lines one after the other on one database; each must succeed. */
async function runAll(url: string, lines: string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];

  for (const line of lines) {
    const [command, ...args] = line.split(' ');
    const outcome = await run(command!, args, { DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url });
    expect(outcome.code, `${line}\n${outcome.output}`).toBe(0);
    outcomes.push(outcome);
  }

  return outcomes;
}

describe('npx mikro-orm', { timeout: longest }, () => {
  test('migrates up, down and up, checks, and finds no difference', async () => {
    await withEmptyDatabase(async (_orm, url) => {
      const [debug, up, check, down, again, update] = await runAll(url, [
        'npx mikro-orm debug',
        'npx mikro-orm migration:up',
        'npx mikro-orm migration:check',
        'npx mikro-orm migration:down',
        'npx mikro-orm migration:up',
        'npx mikro-orm schema:update --dump',
      ]);

      expect(debug?.output).toContain('database connection successful');
      expect(debug?.output).toContain('11 references');
      expect(up?.output).toContain('Successfully migrated up');
      expect(check?.output).toContain('schema is up-to-date');
      expect(down?.output).toMatch(/Reverted 'Migration20261124100300_scope_indexes' in \d+ ms/);
      expect(again?.output).toMatch(/Applied 'Migration20261124100300_scope_indexes' in \d+ ms/);
      expect(update?.output).toContain('Schema is up-to-date');
    });
  });

  test('writes a migration where it is told to, named as it is told, and leaves the snapshot as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'codex-migrations-'));
    const snapshot = join(root, 'src/migrations/.snapshot.json');
    const before = await readFile(snapshot, 'utf8');

    try {
      await withEmptyDatabase(async (_orm, url) => {
        const [unchanged, blank] = await runAll(url, [
          'npx mikro-orm migration:create',
          `npx mikro-orm migration:create --blank --name playlists --path ${folder}`,
        ]);

        expect(unchanged?.output).toContain('No changes required');
        expect(blank?.output).toContain('successfully created');
      });

      expect(await readdir(folder)).toEqual([expect.stringMatching(/^Migration\d{14}_playlists\.ts$/)]);
      expect(await readFile(snapshot, 'utf8')).toBe(before);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('builds the schema without migrations and seeds it, twice without a change', async () => {
    await withEmptyDatabase(async (orm, url) => {
      await runAll(url, ['npx mikro-orm schema:update --run', 'npx mikro-orm seeder:run']);
      const readUsers = () => orm.em.fork().getKysely().selectFrom('users').selectAll().orderBy('id').execute();
      const users = await readUsers();
      expect(users.length).toBeGreaterThan(5);

      await runAll(url, ['npx mikro-orm seeder:run']);
      expect(await readUsers()).toEqual(users);
    });
  });

  test('says which variable is wrong', async () => {
    const noUrl = await run('npx', ['mikro-orm', 'migration:up'], { DB_METHOD: 'NEON_BRANCH' });
    const noMethod = await run('npx', ['mikro-orm', 'migration:up'], { DATABASE_URL: 'postgresql://a:secret@b/c' });

    const production = await run('npx', ['mikro-orm', 'migration:up'], { NODE_ENV: 'production' });

    expect(production.code).not.toBe(0);
    expect(production.output).toContain('DB_METHOD is not set');
    expect(noUrl.code).not.toBe(0);
    expect(noUrl.output).toContain('DATABASE_URL is not set');
    expect(noMethod.code).not.toBe(0);
    expect(noMethod.output).toContain('DB_METHOD is not set');
    expect(noMethod.output).not.toContain('secret');
  });
});

describe('npm run', { timeout: longest }, () => {
  test('has short names for them', async () => {
    await withEmptyDatabase(async (orm, url) => {
      const [push] = await runAll(url, ['npm run db:push', 'npm run db:gen', 'npm run db:check', 'npm run db:seed']);
      expect(push?.output).toContain('Schema successfully updated');
      expect(await orm.em.fork().count(User)).toBeGreaterThan(5);
    });

    await withEmptyDatabase(async (orm, url) => {
      const [migrate] = await runAll(url, ['npm run db:migrate']);
      expect(migrate?.output).toMatch(/Applied 'Migration20261124100300_scope_indexes' in \d+ ms/);
      expect(await orm.migrator.getPending()).toEqual([]);
    });
  });

  test.for([
    ['PRODUCTION', { DB_METHOD: 'PRODUCTION' }],
    ['a Neon branch', { DB_METHOD: 'NEON_BRANCH' }],
    ['NODE_ENV=production', { DB_METHOD: 'LOCAL_PROXY', NODE_ENV: 'production' }],
  ] as const)('refuses db:push and db:seed for %s', async ([, variables]) => {
    await withEmptyDatabase(async (orm, url) => {
      const urls = { DATABASE_URL: url, DATABASE_URL_LOCAL_PROXY: url };

      for (const script of ['db:push', 'db:seed']) {
        const { code, output } = await run('npm', ['run', script], { ...urls, ...variables });
        expect(code).not.toBe(0);
        expect(output).toContain("developer's own database only");
      }
      expect(await orm.em.fork().execute(`select from pg_class where relname = 'users'`)).toEqual([]);
    });
  });
});
