import { forgetSentinels } from '../databases/open-database.js';
import type { TestableOrm } from '../databases/template.js';

/**
 * Drops the schema of the ORM's database and makes it anew from the entities, by MikroORM's `schema.refresh()`.
 *
 * For a test that needs a schema as the entities have it now, in `test.database`. The rows that stand in every test
 * database are gone with it, and the test is not asked for them.
 */
export async function refreshSchema(orm: TestableOrm): Promise<void> {
  forgetSentinels(orm);
  await orm.schema.refresh();
}
