import { describe, expect } from 'vitest';
import { Content, MediaItem, User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { secrets } from '../secrets/canary.js';
import { insertRow, tables } from '../support/rows.js';

describe('em.getKysely', () => {
  test.for(tables)('knows every column of %s', async (table, { em }) => {
    const { id } = await insertRow(em, table);
    const columns = await em.execute<{ column_name: string }[]>(
      `select column_name from information_schema.columns where table_schema = 'public' and table_name = ?`,
      [table],
    );
    const ofTable = secrets.filter((secret) => secret.table === table).map(({ column }) => column);
    const row = await em
      .getKysely()
      .selectFrom(table as 'users')
      .selectAll()
      .select(ofTable as never)
      .where('id', '=', `${id}`)
      .executeTakeFirstOrThrow();

    expect(Object.keys(row).sort()).toEqual(columns.map(({ column_name }) => column_name).sort());
  });

  test('gives values as the entities have them', async ({ em }) => {
    const creator = em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    const media = em.create(MediaItem, { creator, title: 'M', mediaType: 'video', r2Key: 'm', fileSizeBytes: 2 ** 40 });
    const content = em.create(Content, {
      creator,
      title: 'C',
      slug: 'c',
      contentType: 'video',
      tags: ['open', 'short'],
    });
    await em.flush();

    const kysely = em.getKysely();
    expect(
      await kysely.selectFrom('media_items').selectAll().where('id', '=', media.id).executeTakeFirst(),
    ).toMatchObject({
      id: media.id,
      file_size_bytes: 2 ** 40,
      created_at: media.createdAt,
      deleted_at: null,
    });
    expect(
      await kysely.selectFrom('content').select(['tags', 'updated_at']).where('id', '=', content.id).executeTakeFirst(),
    ).toEqual({
      tags: ['open', 'short'],
      updated_at: content.updatedAt,
    });
  });

  test("gives the driver's text under an alias, as its documentation says", async ({ em }) => {
    const { id } = await insertRow(em, 'users');
    const user = em.getKysely().selectFrom('users').where('id', '=', `${id}`);

    expect(await user.select('created_at').executeTakeFirst()).toEqual({ created_at: expect.any(Date) });
    expect(await user.select('created_at as since').executeTakeFirst()).toEqual({ since: expect.any(String) });
  });

  test('takes part in the transaction around it', async ({ em }) => {
    const failing = em.transactional(async (inner) => {
      await inner
        .getKysely()
        .insertInto('users')
        .values({ id: 'grace', name: 'Grace', email: 'grace@example.org' })
        .execute();
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    expect(await em.count(User, { id: 'grace' })).toBe(0);
  });
});
