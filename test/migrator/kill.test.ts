import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOrm, type Orm } from '../../src/index.js';
import type { TemporaryDatabase } from '../../src/testing/index.js';
import { readCatalog } from '../support/catalog.js';
import { type Outcome, root, run } from '../support/command.js';
import { createMigratedDatabase } from '../support/database-per-file.js';
import { type Bodies, outside, up, withOwnFolder } from './support/own-migrations.js';

const program = join(root, 'test/migrator/support/migrate.ts');

/** Tables, then rows that must be written once, then indexes outside of any transaction. */
const migrations: Bodies = {
  Migration20991201100000_tables: up(
    'create table plans (id int primary key, name text not null)',
    'create table audits (id bigint generated always as identity, plan_id int)',
  ),
  Migration20991201100100_rows: up(
    `insert into plans values (1, 'free'), (2, 'paid')`,
    'insert into audits (plan_id) select id from plans',
    `update plans set name = name || '!'`,
  ),
  Migration20991201100200_indexes: `${outside}\n${up(
    'create index concurrently if not exists plans_name on plans (name)',
    'create unique index concurrently if not exists audits_plan on audits (plan_id)',
  )}`,
};

const migrate = (url: string, folder: string, ...death: string[]): Promise<Outcome> =>
  run(process.execPath, ['--import', '@oxc-node/core/register', program, url, folder, ...death]);

async function readAll(orm: Orm): Promise<unknown> {
  const em = orm.em.fork();
  const [plans, audits, history] = await Promise.all([
    em.execute('select * from plans order by id'),
    // Not the keys: what a sequence has given out, a rollback does not take back.
    em.execute('select plan_id from audits order by plan_id'),
    em.execute('select name, checksum from mikro_orm_migrations order by id'),
  ]);

  return { catalog: await readCatalog(orm), plans, audits, history };
}

async function withMigrated<Result>(work: (database: TemporaryDatabase) => Promise<Result>): Promise<Result> {
  const database = await createMigratedDatabase();

  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

describe('a run that is killed', { timeout: 600_000 }, () => {
  test.for(['sent', 'answered'])('is completed by the next one, wherever it was: statement %s', async (moment) => {
    await withOwnFolder(migrations, async (folder) => {
      const undisturbed = await withMigrated(async ({ url, orm }) => {
        expect((await migrate(url, folder)).output).toContain('applied 3');
        return readAll(orm);
      });
      let kills = 0;

      for (let hasDied = true; hasDied; ) {
        await withMigrated(async ({ url, orm }) => {
          const { code } = await migrate(url, folder, String(kills + 1), moment);
          hasDied = code !== 0;
          kills += hasDied ? 1 : 0;
          const again = createOrm({ method: 'LOCAL_PROXY', url, poolSize: 1, migrations: { path: folder } });
          again.config.get('migrations').silent = true;

          try {
            await again.migrator.up();
            expect(await readAll(orm), `killed at statement ${kills}`).toEqual(undisturbed);
          } finally {
            await again.close();
          }
        });
      }

      // Each migration has its beginning, its limits, its statements and its commit.
      expect(kills).toBeGreaterThan(20);
    });
  });
});
