import { Kysely, sql } from 'kysely';
import { describe, expect } from 'vitest';
import { HttpDialect } from '../../../src/edge/database/http-dialect.js';
import { createHttpExecutor } from '../../../src/edge/http-executor.js';
import { TransactionNotSupportedError } from '../../../src/errors/database-error.js';
import type { Tables } from '../../../src/index.js';
import { createUser } from '../../support/world.js';
import { test as base } from './support/edge-test.js';

/** Kysely as it is, over HTTP, with every value as its text. */
const test = base.extend(
  'kysely',
  { scope: 'file' },
  ({ neon }) =>
    new Kysely<Tables>({
      dialect: new HttpDialect(createHttpExecutor(neon), { getTypeParser: () => (text) => `<${text}>` }),
    }),
);

describe('the dialect', () => {
  test('reads values by the parsers that it was given', async ({ kysely }) => {
    expect((await sql`select 1 as one, null as nothing`.execute(kysely)).rows).toEqual([{ one: '<1>', nothing: null }]);
  });

  test('says how many rows a statement changed, and nothing of one that only reads', async ({ kysely, em }) => {
    const { id } = await createUser(em);
    const user = kysely.updateTable('users').set({ name: 'Ada' }).where('id', '=', id);

    expect(await user.executeTakeFirst()).toHaveProperty('numUpdatedRows', 1n);
    expect(await user.where('name', '=', 'nobody').executeTakeFirst()).toHaveProperty('numUpdatedRows', 0n);
    expect(await sql`select 1`.execute(kysely)).not.toHaveProperty('numAffectedRows');
  });

  test('gives the rows that a change returns', async ({ kysely, em }) => {
    const { id } = await createUser(em);

    expect(await kysely.deleteFrom('users').where('id', '=', id).returning('id').execute()).toEqual([
      { id: `<${id}>` },
    ]);
  });

  test('refuses transactions of any kind', async ({ kysely }) => {
    await expect(kysely.transaction().execute(async () => 'done')).rejects.toThrow(TransactionNotSupportedError);
    await expect(kysely.startTransaction().execute()).rejects.toThrow(TransactionNotSupportedError);
  });

  test('knows the tables of the database', async ({ kysely }) => {
    const tables = await kysely.introspection.getTables();

    expect(tables.map(({ name }) => name)).toContain('<organization_memberships>');
  });
});
