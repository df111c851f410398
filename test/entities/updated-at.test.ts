import { describe, expect } from 'vitest';
import { User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { findRow, insertRow, tables } from '../support/rows.js';

const instant = (value: unknown): number => new Date(`${value}`).getTime();

describe('updated_at', () => {
  test.for(tables)('of %s moves with every update by plain SQL, even within one transaction', async (table, { em }) => {
    const { id, created_at, updated_at } = await insertRow(em, table);
    const moments = [instant(updated_at)];

    await em.transactional(async (inner) => {
      for (const _ of [1, 2, 3]) {
        await inner.execute(`update "${table}" set id = id where id = ?`, [id]);
        moments.push(instant((await findRow(inner, table, id))?.updated_at));
      }
    });

    expect([...new Set(moments)].sort((a, b) => a - b)).toEqual(moments);
    expect(moments).toHaveLength(4);
    expect((await findRow(em, table, id))?.created_at).toBe(created_at);
  });

  test('cannot be set back by whoever writes', async ({ em }) => {
    const { id, updated_at } = await insertRow(em, 'users');
    await em.execute(`update users set updated_at = '2001-01-01' where id = ?`, [id]);

    expect(instant((await findRow(em, 'users', id))?.updated_at)).toBeGreaterThan(instant(updated_at));
  });

  test('of an entity in memory agrees with the database after a flush', async ({ em }) => {
    const user = em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await em.flush();
    const created = user.updatedAt;
    user.name = 'Ada Lovelace';
    await em.flush();

    expect(user.updatedAt.getTime()).toBeGreaterThan(created.getTime());
    expect(user.updatedAt).toEqual((await em.fork().findOneOrFail(User, 'ada')).updatedAt);
  });

  test('moves with an update by Kysely', async ({ em }) => {
    const { id, updated_at } = await insertRow(em, 'users');
    await em.getKysely().updateTable('users').set({ name: 'Grace' }).where('id', '=', `${id}`).execute();

    expect(instant((await findRow(em, 'users', id))?.updated_at)).toBeGreaterThan(instant(updated_at));
  });
});
