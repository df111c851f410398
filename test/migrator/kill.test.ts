import { describe, expect, test } from 'vitest';
import { createOrm, type Orm } from '../../src/index.js';
import { cloneDatabase, type TemporaryDatabase } from '../../src/testing/index.js';
import { readCatalog } from '../support/catalog.js';
import { type Outcome, run } from '../support/command.js';
import { withCompiledProgram } from './support/compiled-program.js';
import { type Bodies, outside, up, withOwnFolder } from './support/own-migrations.js';

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
  const database = await cloneDatabase();

  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

/** Runs `work` for each number from 1 to `count`, four at a time. */
async function forEachPoint(count: number, work: (point: number) => Promise<void>): Promise<void> {
  let point = 0;
  const workThrough = async (): Promise<void> => {
    while (point < count) {
      await work(++point);
    }
  };

  await Promise.all([1, 2, 3, 4].map(workThrough));
}

describe('a run that is killed', { timeout: 600_000 }, () => {
  test.for(['sent', 'answered'])('is completed by the next one, wherever it was: statement %s', async (moment) => {
    await withOwnFolder(migrations, (folder) =>
      withCompiledProgram(async (program) => {
        const migrate = (url: string, ...death: string[]): Promise<Outcome> =>
          run(process.execPath, [program.path, url, folder, ...death], program.variables);
        const [undisturbed, count] = await withMigrated(async ({ url, orm }) => {
          const { output } = await migrate(url);
          const [, statements] = /applied 3 with (\d+) writing statements/.exec(output) ?? [];
          return [await readAll(orm), Number(statements)] as const;
        });
        // Each migration has its beginning, its limits, its statements and its commit.
        expect(count).toBeGreaterThan(20);

        await forEachPoint(count, (point) =>
          withMigrated(async ({ url, orm }) => {
            const { code, output } = await migrate(url, String(point), moment);
            expect(code, `killed at statement ${point}`).not.toBe(0);
            expect(output).not.toMatch(/error/i);
            const again = createOrm({ method: 'LOCAL_PROXY', url, poolSize: 1, migrations: { path: folder } });
            again.config.get('migrations').silent = true;

            try {
              await again.migrator.up();
              expect(await readAll(orm), `killed at statement ${point}`).toEqual(undisturbed);
            } finally {
              await again.close();
            }
          }),
        );
      }),
    );
  });
});
