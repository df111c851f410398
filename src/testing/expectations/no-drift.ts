import { expect } from 'vitest';
import type { TestableOrm } from '../databases/template.js';

/** Fails if the ORM's database is not as its entities declare it. The message has the SQL that would make it so. */
export async function expectNoDrift(orm: TestableOrm): Promise<void> {
  const difference = (await orm.schema.getUpdateSchemaSQL({ wrap: false })).trim();

  if (difference !== '') {
    expect.fail(
      `The database is not as the entities declare it. Create a migration, or correct the entities. This would make it so:\n\n${difference}`,
    );
  }
}
