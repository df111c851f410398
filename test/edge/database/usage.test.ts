import { type CompiledQuery, sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Organization, User } from '../../../src/index.js';
import { next } from '../../support/rows.js';
import { createOrganization, createUser, createVideo, january } from '../../support/world.js';
import { test } from './support/edge-test.js';

describe('the edge database', () => {
  test('selects all users', async ({ db, em }) => {
    const { id } = await createUser(em, 'Zoe');

    const users = await db.selectFrom('users').selectAll().execute();

    const stored = await em.fork().findAll(User);
    expect(users).toHaveLength(stored.length);
    expect(users.find((user) => user.id === id)).toEqual({
      id,
      name: 'Zoe',
      email: `${id}@example.org`,
      emailVerified: false,
      image: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
  });

  test('returns what it inserted', async ({ db }) => {
    const user = await db
      .insertInto('users')
      .values({ id: 'user-123', name: 'John Doe', email: 'john@example.com' })
      .returningAll()
      .executeTakeFirstOrThrow();

    expect(user).toMatchObject({ id: 'user-123', name: 'John Doe', email: 'john@example.com', emailVerified: false });
  });

  test('updates the rows of a condition', async ({ db, em }) => {
    const [ada, grace] = [await createUser(em, 'Ada'), await createUser(em, 'Grace')];

    const result = await db
      .updateTable('users')
      .set({ emailVerified: true })
      .where('id', '=', ada.id)
      .executeTakeFirstOrThrow();

    expect(result.numUpdatedRows).toBe(1n);
    const stored = await em.fork().find(User, { id: [ada.id, grace.id] }, { orderBy: { id: 'asc' } });
    expect(stored.map(({ emailVerified }) => emailVerified)).toEqual([true, false]);
  });

  test('marks a row as deleted', async ({ db, em }) => {
    const { id } = await createOrganization(em, await createUser(em));

    await db
      .updateTable('organizations')
      .set({ deletedAt: january(5) })
      .where('id', '=', id)
      .execute();

    expect(await em.fork().findOne(Organization, id)).toBeNull();
    const deleted = await em.fork().findOneOrFail(Organization, id, { filters: { notDeleted: false } });
    expect(deleted.deletedAt).toEqual(january(5));
  });

  test('counts by raw SQL', async ({ db, em }) => {
    await createUser(em);

    const { rows } = await sql<{ count: number }>`select count(*) from users`.execute(db);

    expect(rows).toEqual([{ count: await em.count(User) }]);
  });

  test('inserts a row or updates the one that is there', async ({ db, em }) => {
    const { id } = await createVideo(em, await createUser(em));
    const user = await createUser(em);
    const save = (positionSeconds: number) =>
      db
        .insertInto('videoPlayback')
        .values({ userId: user.id, contentId: id, positionSeconds, durationSeconds: 600 })
        .onConflict((conflict) =>
          conflict
            .columns(['userId', 'contentId'])
            .doUpdateSet((eb) => ({ positionSeconds: eb.ref('excluded.positionSeconds') })),
        )
        .returning(['positionSeconds', 'durationSeconds'])
        .executeTakeFirstOrThrow();

    await save(10);

    expect(await save(20)).toEqual({ positionSeconds: 20, durationSeconds: 600 });
  });

  test('says how many rows it inserted and deleted', async ({ db, em }) => {
    const names = [1, 2, 3].map(() => `verification-${next()}-edge`);
    const expiresAt = january(1);

    const inserted = await db
      .insertInto('verificationTokens')
      .values(names.map((id) => ({ id, identifier: id, value: 'secret', expiresAt })))
      .executeTakeFirstOrThrow();
    const deleted = await db
      .deleteFrom('verificationTokens')
      .where('id', 'in', names.slice(1))
      .executeTakeFirstOrThrow();

    expect(inserted.numInsertedOrUpdatedRows).toBe(3n);
    expect(deleted.numDeletedRows).toBe(2n);
    expect(await em.execute('select id from verification_tokens')).toEqual([{ id: names[0] }]);
  });

  test('merges into a table that has no deleted rows', async ({ db, em }) => {
    const { id, name } = await createUser(em, 'Ada');

    const result = await db
      .mergeInto('users')
      .using('users as source', 'source.id', 'users.id')
      .whenMatchedAnd('users.id', '=', id)
      .thenUpdateSet({ name: `${name} Lovelace` })
      .executeTakeFirstOrThrow();

    expect(result.numChangedRows).toBe(1n);
    expect(await em.fork().findOneOrFail(User, id)).toHaveProperty('name', 'Ada Lovelace');
  });

  test('moves updated_at with every update and upsert', async ({ db, em }) => {
    const { id, email, updatedAt } = await createUser(em);
    const row = { id, name: 'Ada', email };

    const updated = await db
      .updateTable('users')
      .set({ image: 'ada.png' })
      .where('id', '=', id)
      .returning('updatedAt')
      .executeTakeFirstOrThrow();
    const upserted = await db
      .insertInto('users')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ image: null }))
      .returning('updatedAt')
      .executeTakeFirstOrThrow();

    expect(updated.updatedAt.getTime()).toBeGreaterThan(updatedAt.getTime());
    expect(upserted.updatedAt.getTime()).toBeGreaterThan(updated.updatedAt.getTime());
  });

  test('runs a query that was compiled before', async ({ db, em }) => {
    await createUser(em);
    const compiled: CompiledQuery<{ total: number }> = db
      .selectFrom('users')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .compile();

    expect((await db.executeQuery(compiled)).rows).toEqual([{ total: await em.count(User) }]);
  });

  test('sorts by a column that is chosen at run time', async ({ db, em }) => {
    await createUser(em, 'Ada');
    const names = await db.selectFrom('users').select('name').orderBy(db.dynamic.ref<'name'>('name'), 'desc').execute();

    expect(names.map(({ name }) => name)).toEqual(
      names
        .map(({ name }) => name)
        .sort()
        .reverse(),
    );
  });
});
