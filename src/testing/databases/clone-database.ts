import type { Orm } from '../../orm/create-orm.js';
import { createOrm } from '../../orm/create-orm.js';
import type { AdminSession } from '../server/admin-session.js';
import { connectToTestServer } from '../server/connect.js';
import { TestWorker } from '../worker.js';
import { type Clone, createClone } from './clones.js';
import { Names } from './names.js';
import type { TestDatabase } from './open-database.js';
import { type CreateOrm, settingsOf, type TemplateSource, type TestableOrm } from './template.js';

/** A database that its user has to drop. It goes by itself some time after this process is killed. */
export interface TemporaryDatabase<AnyOrm extends TestableOrm = Orm> extends TestDatabase<AnyOrm> {
  /** Closes the ORM, cuts all other connections and drops the database. */
  drop(): Promise<void>;
}

/**
 * Makes a migrated database, with the rows in it that stand in every test database: for what several tests share, such as
 * a file-scoped fixture or a benchmark. Nothing compares these rows at its end.
 *
 * @param source whose migrations. Default this package's.
 */
export async function cloneDatabase(): Promise<TemporaryDatabase>;
export async function cloneDatabase<AnyOrm extends TestableOrm>(
  source: TemplateSource<AnyOrm>,
): Promise<TemporaryDatabase<AnyOrm>>;
export async function cloneDatabase(
  source: TemplateSource<any> = { createOrm },
): Promise<TemporaryDatabase<TestableOrm>> {
  const worker = await TestWorker.open(source);
  return openClone(worker.admin, source.createOrm, () => worker.clone());
}

/** Makes a database with nothing in it, for the ORM that `create` makes. Default this package's. */
export async function createEmptyDatabase(): Promise<TemporaryDatabase>;
export async function createEmptyDatabase<AnyOrm extends TestableOrm>(
  create: CreateOrm<AnyOrm>,
): Promise<TemporaryDatabase<AnyOrm>>;
export async function createEmptyDatabase(
  create: CreateOrm<TestableOrm> = createOrm,
): Promise<TemporaryDatabase<TestableOrm>> {
  const admin = await connectToTestServer();
  return openClone(admin, create, () => createClone(admin, Names.of(admin)));
}

async function openClone(
  admin: AdminSession,
  create: CreateOrm<TestableOrm>,
  clone: () => Promise<Clone>,
): Promise<TemporaryDatabase<TestableOrm>> {
  try {
    const { name, url, drop } = await clone();
    const orm = create(settingsOf(url));
    orm.config.get('migrations').silent = true;

    return {
      name,
      url,
      orm,
      drop: async () => {
        await orm.close();
        await drop();
        await admin.end();
      },
    };
  } catch (error) {
    await admin.end();
    throw error;
  }
}
