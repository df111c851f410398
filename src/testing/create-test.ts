import { test as base, type TestAPI } from 'vitest';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { createEdgeDatabase, type EdgeDatabase } from '../edge/database/create-edge-database.js';
import { createHttpExecutor, type HttpExecutor } from '../edge/http-executor.js';
import type { Orm } from '../orm/create-orm.js';
import { createFactories, type Factories } from '../seeders/factories/create-factories.js';
import { openDatabase, type TestDatabase } from './databases/open-database.js';
import type { TemplateSource, TestableOrm } from './databases/template.js';
import { Clock } from './fixtures/clock.js';
import { Queries } from './fixtures/queries.js';
import { TestScope } from './fixtures/test-scope.js';
import './fixtures/to-be-at-most.js';
import { notOffered } from './rollback/rollback-test-error.js';
import { TestWorker } from './worker.js';

/** What a test of either kind can ask for. */
export interface TestFixtures<AnyOrm extends TestableOrm = Orm> {
  /** The ORM on the test's database. */
  orm: AnyOrm;
  /** A fresh unit of work on it. */
  em: AnyOrm['em'];
  /** Factories on `em`, whose keys and values are the same in each run. */
  factories: Factories;
  /** Runs a part of the test as a tenant. */
  scope: TestScope;
  /** The time that the test sets. */
  clock: Clock;
  /** The statements that the test sends. */
  queries: Queries;
}

/** What a test with a database of its own can ask for besides. */
export interface DatabaseTestFixtures<AnyOrm extends TestableOrm = Orm> extends TestFixtures<AnyOrm> {
  database: TestDatabase<AnyOrm>;
  /** Settings that reach the database over WebSocket and HTTP, through a local Neon proxy. */
  neon: Required<ConnectionSettings>;
  http: HttpExecutor;
  edge: EdgeDatabase;
}

/** Vitest's `test`, in two kinds. */
export type DatabaseTest<AnyOrm extends TestableOrm = Orm> = TestAPI<TestFixtures<AnyOrm>> & {
  /** For commits, several connections, locks, `listen` and migrations: each test gets a database of its own. */
  readonly database: TestAPI<DatabaseTestFixtures<AnyOrm>>;
};

/** Milliseconds in which server and template must be there, also where several runs wait for each other. */
const startTimeoutMs = 120_000;

/**
 * Makes vitest's `test` for a package with entities and migrations of its own.
 *
 * `createOrm` gets the settings of a database that has all its migrations, and rows that no test may touch.
 *
 * @example
 * export const test = createTest({ createOrm: (settings) => createShopOrm(settings) });
 */
export function createTest<AnyOrm extends TestableOrm>(source: TemplateSource<AnyOrm>): DatabaseTest<AnyOrm> {
  const withWorker = base.extend(
    'testWorker',
    { scope: 'worker' },
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
    async ({}, { onCleanup }): Promise<TestWorker<AnyOrm>> => {
      const worker = await TestWorker.open(source);
      onCleanup(() => worker.close());
      return worker;
    },
  );
  // Else the first start of the server would have to fit in the time of the first test.
  withWorker.beforeAll(({ testWorker: _ }) => {}, startTimeoutMs);

  const rollback = withCommonFixtures(
    withWorker.extend('orm', async ({ testWorker, task }, { onCleanup }): Promise<AnyOrm> => {
      const slot = await testWorker.takeSlot();
      await slot.beginTest().catch(async (error: unknown) => {
        await testWorker.giveSlot(slot);
        throw error;
      });
      onCleanup(async () => {
        try {
          await slot.endTest((processId) => testWorker.cancel(processId), task.result?.state === 'fail');
        } finally {
          await testWorker.giveSlot(slot);
        }
      });
      return slot.orm;
    }) as unknown as TestAPI<{ orm: AnyOrm }>,
  ).extend(
    Object.fromEntries(
      ['database', 'neon', 'http', 'edge'].map((name) => [
        name,
        // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
        async ({}) => {
          throw notOffered(name);
        },
      ]),
    ),
  );

  const database = withCommonFixtures(
    withWorker
      .extend('database', async ({ testWorker, task }, { onCleanup }): Promise<TestDatabase<AnyOrm>> => {
        const own = await openDatabase(testWorker);
        onCleanup(() => own.end(task));
        return own.database;
      })
      .extend('orm', ({ database }): AnyOrm => database.orm)
      .extend('neon', async ({ testWorker, database }): Promise<Required<ConnectionSettings>> => {
        const { port } = await testWorker.proxy();
        return { method: 'LOCAL_PROXY', url: database.url, proxyPort: port };
      })
      .extend('http', ({ neon }) => createHttpExecutor(neon))
      .extend('edge', ({ http }) => createEdgeDatabase(http)) as unknown as TestAPI<{ orm: AnyOrm }>,
  );

  return Object.assign(rollback, { database }) as unknown as DatabaseTest<AnyOrm>;
}

function withCommonFixtures<AnyOrm extends TestableOrm>(test: TestAPI<{ orm: AnyOrm }>) {
  return (
    (test as unknown as TestAPI<{ orm: Orm }>)
      .extend('em', ({ orm }) => orm.em.fork())
      .extend('factories', ({ em }) => createFactories(em, 1))
      .extend('scope', ({ orm }) => new TestScope(orm))
      .extend('queries', ({ orm }, { onCleanup }) => {
        const queries = Queries.of(orm);
        onCleanup(() => queries.stop());
        return queries;
      })
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
      .extend('clock', ({}, { onCleanup }) => {
        const clock = new Clock();
        onCleanup(() => clock.restore());
        return clock;
      })
  );
}
