import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import { describe, expect } from 'vitest';
import { insertRow } from '../../support/rows.js';
import { createUser } from '../../support/world.js';
import { test } from './support/edge-test.js';

describe('the edge database', () => {
  test('names every column of a row in camelCase', async ({ db, em }) => {
    const { id } = await insertRow(em, 'media_items');

    const media = await db.selectFrom('mediaItems').selectAll().where('id', '=', `${id}`).executeTakeFirstOrThrow();

    expect(media).toMatchObject({ r2Key: 'originals/1.mp4', hlsMasterPlaylistKey: null, fileSizeBytes: null });
    expect(await db.selectFrom('mediaItems').select('r2Key').where('r2Key', '=', media.r2Key).execute()).not.toEqual(
      [],
    );
  });

  test('names the columns of gathered rows in camelCase, as their types say', async ({ db, em }) => {
    const { id } = await createUser(em);
    await insertRow(em, 'media_items', { creator_id: id, file_size_bytes: 2 ** 40 });

    const { files, first } = await db
      .selectFrom('users')
      .where('users.id', '=', id)
      .select((eb) => {
        const ofUser = eb
          .selectFrom('mediaItems')
          .select(['r2Key', 'fileSizeBytes'])
          .whereRef('creatorId', '=', 'users.id');
        return [jsonArrayFrom(ofUser).as('files'), jsonObjectFrom(ofUser).as('first')];
      })
      .executeTakeFirstOrThrow();

    expect(files.map(({ r2Key, fileSizeBytes }) => [r2Key, fileSizeBytes])).toEqual([['originals/1.mp4', 2 ** 40]]);
    expect(first).toEqual(files[0]);
  });

  test('reads the tables of another schema', async ({ db, em }) => {
    await em.execute('create schema other; create table other.users (like public.users including all)');
    await em.execute(`insert into other.users (id, name, email) values ('eve', 'Eve', 'eve@example.org')`);

    const other = db.withSchema('other');

    expect(await other.selectFrom('users').select(['users.id']).execute()).toEqual([{ id: 'eve' }]);
    expect(await other.withDeleted().selectFrom('users').select('id').execute()).toEqual([{ id: 'eve' }]);
  });
});
