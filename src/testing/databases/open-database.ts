import type { RunnerTestCase } from 'vitest';
import type { Orm } from '../../orm/create-orm.js';
import type { RunSql } from '../sentinels/keys.js';
import { SentinelWatch } from '../sentinels/watch.js';
import { connectClient } from '../server/connect-client.js';
import { publishStatementsOf } from '../statements/statements.js';
import type { TestWorker } from '../worker.js';
import { settingsOf, type TestableOrm } from './template.js';

/** The database that a test has for itself. */
export interface TestDatabase<AnyOrm extends TestableOrm = Orm> {
  name: string;
  url: string;
  orm: AnyOrm;
}

/** ORMs whose test has made the schema anew, and the sentinels are gone with it. */
const refreshed = new WeakSet<object>();

/** Notes that an ORM's database has no sentinels any more, because it was meant to lose them. */
export const forgetSentinels = (orm: object): void => void refreshed.add(orm);

/** Makes a database for one test, and what is to be done at its end. */
export async function openDatabase<AnyOrm extends TestableOrm>(
  worker: TestWorker<AnyOrm>,
): Promise<{
  database: TestDatabase<AnyOrm>;
  end(task: Pick<RunnerTestCase, 'name' | 'result' | 'fails'>): Promise<void>;
}> {
  const clone = await worker.clone();
  const inspect = <Result>(work: (run: RunSql) => Promise<Result>) => withConnection(clone.url, work);
  let orm: AnyOrm;
  let watch: SentinelWatch;

  try {
    watch = await inspect((run) => SentinelWatch.begin(run, worker.template.sentinels));
    orm = worker.source.createOrm(settingsOf(clone.url));
    publishStatementsOf(orm);
    orm.config.get('migrations').silent = true;
  } catch (error) {
    await clone.drop();
    throw error;
  }

  return {
    database: { name: clone.name, url: clone.url, orm },
    async end(task) {
      await orm.close();
      const touched = refreshed.has(orm) ? undefined : await inspect((run) => watch.findChanges(run));

      if ((hasFailed(task) || touched) && process.env.CODEX_KEEP_TEST_DB !== '0') {
        console.error(
          `The database of the failed test "${task.name}" is kept. To look at it:\n  ${await clone.keep()}`,
        );
      } else {
        await clone.drop();
      }

      if (touched) {
        throw new Error(touched);
      }
    },
  };
}

/** A test that is expected to fail has failed if it did not. */
function hasFailed({ result, fails }: Pick<RunnerTestCase, 'result' | 'fails'>): boolean {
  return (result?.state === 'fail') !== (fails === true);
}

async function withConnection<Result>(url: string, work: (run: RunSql) => Promise<Result>): Promise<Result> {
  const client = await connectClient(url);

  try {
    return await work(async (sql) => (await client.query(sql)).rows);
  } finally {
    await client.end();
  }
}
