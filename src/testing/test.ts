import { test as base, inject } from 'vitest';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { startNeonProxy } from '../local/neon-proxy/index.js';
import type { Orm } from '../orm/create-orm.js';
import type { EntityManager } from '../orm/entity-manager.js';
import { createTemporaryDatabase, type TemporaryDatabase, type TestServer } from './database.js';

declare module 'vitest' {
  interface ProvidedContext {
    codexTestServer: TestServer;
  }
}

/**
 * Vitest's `test`; asking for `em` or `orm` is asking for a database.
 *
 * `orm` is an ORM on a migrated database that the test file has for itself, empty when the file begins; `em` a fresh unit
 * of work on it. `database` has its URL, and `neon` the settings that reach it over WebSocket and HTTP, through a local
 * Neon proxy of the file's own.
 *
 * @example
 * test('finds a user by e-mail', async ({ em }) => {
 *   em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
 *   await em.flush();
 *
 *   expect(await em.fork().getRepository(User).findByEmail('ada@example.org')).toMatchObject({ id: 'ada' });
 * });
 */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
  .extend('database', { scope: 'file' }, async ({}, { onCleanup }): Promise<TemporaryDatabase> => {
    const { adminUrl, template } = inject('codexTestServer');
    const database = await createTemporaryDatabase(adminUrl, template);
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
