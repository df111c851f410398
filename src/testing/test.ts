import { createOrm } from '../orm/create-orm.js';
import { createTest } from './create-test.js';

/**
 * Vitest's `test`; asking for `em` or `orm` is asking for a database.
 *
 * It is migrated, and empty but for the rows of one organization that no test may touch. All that a test does stays in one
 * transaction, which is rolled back. `test.database` gives a database of the test's own instead.
 *
 * @example
 * test('finds a user by e-mail', async ({ em }) => {
 *   em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
 *   await em.flush();
 *
 *   expect(await em.fork().getRepository(User).findByEmail('ada@example.org')).toMatchObject({ id: 'ada' });
 * });
 */
export const test = createTest({ createOrm });
