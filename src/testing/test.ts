import { test as base, inject } from 'vitest';
import type { Orm } from '../orm/create-orm.js';
import type { EntityManager } from '../orm/entity-manager.js';
import { createTemporaryDatabase, type TestServer } from './database.js';

declare module 'vitest' {
  interface ProvidedContext {
    codexTestServer: TestServer;
  }
}

/**
 * Vitest's `test`; asking for `em` or `orm` is asking for a database.
 *
 * `orm` is an ORM on a migrated database that the test file has for itself, empty when the file begins; `em` a fresh unit
 * of work on it.
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
  .extend('orm', { scope: 'file' }, async ({}, { onCleanup }): Promise<Orm> => {
    const { adminUrl, template } = inject('codexTestServer');
    const { orm, drop } = await createTemporaryDatabase(adminUrl, template);
    onCleanup(drop);

    return orm;
  })
  .extend('em', ({ orm }): EntityManager => orm.em.fork());
