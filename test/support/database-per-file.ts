import { test as base } from 'vitest';
import type { ConnectionSettings } from '../../src/config/connection-settings.js';
import type { EntityManager, Orm } from '../../src/index.js';
import { startNeonProxy } from '../../src/local/neon-proxy/index.js';
import { cloneDatabase, type TemporaryDatabase } from '../../src/testing/index.js';
import { sentinelTables } from '../../src/testing/sentinels/rows.js';

/** A migrated database without any rows. */
export async function createMigratedDatabase(): Promise<TemporaryDatabase> {
  const database = await cloneDatabase();
  await database.orm.em.fork().execute(`truncate ${sentinelTables.join(', ')}`);

  return database;
}

/**
 * Vitest's `test` with one database for all tests of a file, for worlds that are expensive to make and for tests that build
 * on each other. It is migrated, and empty when the file begins.
 */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
  .extend('database', { scope: 'file' }, async ({}, { onCleanup }): Promise<TemporaryDatabase> => {
    const database = await createMigratedDatabase();
    onCleanup(database.drop);

    return database;
  })
  .extend('orm', { scope: 'file' }, ({ database }): Orm => database.orm)
  .extend('em', ({ orm }): EntityManager => orm.em.fork())
  .extend('neon', { scope: 'file' }, async ({ database }, { onCleanup }): Promise<Required<ConnectionSettings>> => {
    const { hostname, port } = new URL(database.url);
    const proxy = await startNeonProxy({ backend: { host: hostname, port: Number(port || 5432) }, port: 0 });
    onCleanup(() => proxy.close());

    return { method: 'LOCAL_PROXY', url: database.url, proxyPort: proxy.port };
  });
