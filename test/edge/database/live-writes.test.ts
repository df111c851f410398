import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Content, type EntityManager, InvalidArgumentError } from '../../../src/index.js';
import { next } from '../../support/rows.js';
import { createUser, createVideo, january } from '../../support/world.js';
import { test } from './support/edge-test.js';

const withDeleted = { filters: { notDeleted: false } } as const;

/** A creator's live film and deleted film. */
async function createFilms(em: EntityManager) {
  const creator = await createUser(em);
  const live = await createVideo(em, creator);
  const deleted = await createVideo(em, creator, { deletedAt: january(1) });

  return { creatorId: creator.id, creator, live: live.id, deleted: deleted.id };
}

/** The titles of both films, as they are stored. */
async function titles(em: EntityManager, { live, deleted }: { live: string; deleted: string }) {
  const films = await em.fork().find(Content, { id: [live, deleted] }, withDeleted);
  return [live, deleted].map((id) => films.find((film) => film.id === id)?.title);
}

describe('an update', () => {
  test('leaves deleted rows alone', async ({ db, em }) => {
    const films = await createFilms(em);

    const { numUpdatedRows } = await db
      .updateTable('content')
      .set({ title: 'Autumn' })
      .where(sql<boolean>`id = ${films.live} or id = ${films.deleted}`)
      .executeTakeFirstOrThrow();

    expect(numUpdatedRows).toBe(1n);
    expect(await titles(em, films)).toEqual(['Autumn', 'Spring']);
  });

  test('leaves deleted rows alone under an alias', async ({ db, em }) => {
    const films = await createFilms(em);

    await db.updateTable('content as c').set({ title: 'Autumn' }).where('c.creatorId', '=', films.creatorId).execute();

    expect(await titles(em, films)).toEqual(['Autumn', 'Spring']);
  });

  test('does not see deleted rows of the tables that it reads', async ({ db, em }) => {
    const { creatorId, live, deleted } = await createFilms(em);
    const rename = (id: string) =>
      db
        .updateTable('users')
        .from('content')
        .leftJoin('mediaItems', 'mediaItems.id', 'content.mediaItemId')
        .set((eb) => ({ name: eb.ref('content.title') }))
        .whereRef('users.id', '=', 'content.creatorId')
        .where('content.id', '=', id)
        .where('users.id', '=', creatorId)
        .executeTakeFirstOrThrow();

    expect((await rename(deleted)).numUpdatedRows).toBe(0n);
    expect((await rename(live)).numUpdatedRows).toBe(1n);
  });

  test('cannot bring a row back, save with deleted rows', async ({ db, em }) => {
    const { deleted } = await createFilms(em);
    const restore = (edge: typeof db) =>
      edge.updateTable('content').set({ deletedAt: null }).where('id', '=', deleted).executeTakeFirstOrThrow();

    expect((await restore(db)).numUpdatedRows).toBe(0n);
    expect((await restore(db.withDeleted())).numUpdatedRows).toBe(1n);
  });
});

describe('a deletion', () => {
  test('leaves deleted rows alone', async ({ db, em }) => {
    const films = await createFilms(em);

    const { numDeletedRows } = await db
      .deleteFrom('content')
      .where('creatorId', '=', films.creatorId)
      .executeTakeFirstOrThrow();

    expect(numDeletedRows).toBe(1n);
    expect(await titles(em, films)).toEqual([undefined, 'Spring']);
  });

  test('does not see deleted rows of the tables that it reads', async ({ db, em }) => {
    const films = await createFilms(em);
    await db
      .insertInto('videoPlayback')
      .values(
        [films.live, films.deleted].map((contentId) => ({ userId: films.creatorId, contentId, durationSeconds: 1 })),
      )
      .execute();

    const deleted = await db
      .deleteFrom('videoPlayback')
      .using('content')
      .innerJoin('users', 'users.id', 'content.creatorId')
      .whereRef('content.id', '=', 'videoPlayback.contentId')
      .where('users.id', '=', films.creatorId)
      .returning('videoPlayback.contentId')
      .execute();

    expect(deleted).toEqual([{ contentId: films.live }]);
  });
});

describe('an insert', () => {
  test.for(['updates', 'updates on a condition', 'does nothing'])(
    'that %s leaves a deleted row alone',
    async (kind, { db, em }) => {
      const films = await createFilms(em);

      for (const id of [films.live, films.deleted]) {
        await db
          .insertInto('content')
          .values({ id, creatorId: films.creatorId, title: 'Autumn', slug: `edge-${next()}`, contentType: 'video' })
          .onConflict((conflict) => {
            const update = conflict.column('id').doUpdateSet({ title: 'Autumn' });
            return kind === 'updates'
              ? update
              : kind === 'does nothing'
                ? conflict.column('id').doNothing()
                : update.where(sql<boolean>`content.title = 'Spring' or true`);
          })
          .execute();
      }

      expect(await titles(em, films)).toEqual([kind === 'does nothing' ? 'Spring' : 'Autumn', 'Spring']);
    },
  );

  test('copies no deleted row', async ({ db, em }) => {
    const { creatorId, live } = await createFilms(em);

    const copied = await db
      .insertInto('videoPlayback')
      .columns(['userId', 'contentId', 'durationSeconds'])
      .expression((eb) =>
        eb
          .selectFrom('content')
          .select(({ val }) => ['creatorId', 'id', val(1).as('one')])
          .where('creatorId', '=', creatorId),
      )
      .returning('contentId')
      .execute();

    expect(copied).toEqual([{ contentId: live }]);
  });
});

describe('a write inside a CTE', () => {
  test('leaves deleted rows alone', async ({ db, em }) => {
    const films = await createFilms(em);

    const changed = await db
      .with('changed', (cte) =>
        cte.updateTable('content').set({ title: 'Autumn' }).where('creatorId', '=', films.creatorId).returning('id'),
      )
      .selectFrom('changed')
      .selectAll()
      .execute();

    expect(changed).toEqual([{ id: films.live }]);
    expect(await titles(em, films)).toEqual(['Autumn', 'Spring']);
  });
});

describe('a merge', () => {
  test('into a table that has deleted rows is refused before any SQL', async ({ db }) => {
    const merge = (edge: typeof db) =>
      edge.mergeInto('content as c').using('users', 'users.id', 'c.creatorId').whenMatched().thenDoNothing().execute();

    await expect(merge(db)).rejects.toThrow(InvalidArgumentError);
    await expect(merge(db.withDeleted())).resolves.toHaveLength(1);
  });

  test('does not see deleted rows of the table that it reads', async ({ db, em }) => {
    const films = await createFilms(em);

    await db
      .mergeInto('videoPlayback')
      .using('content as c', 'c.id', 'videoPlayback.contentId')
      .whenNotMatchedAnd('c.creatorId', '=', films.creatorId)
      .thenInsertValues(({ ref }) => ({ userId: ref('c.creatorId'), contentId: ref('c.id'), durationSeconds: 1 }))
      .execute();
    const merged = await db
      .selectFrom('videoPlayback')
      .select('contentId')
      .where('userId', '=', films.creatorId)
      .execute();

    expect(merged).toEqual([{ contentId: films.live }]);
  });
});
