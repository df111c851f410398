import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Content } from '../../../src/index.js';
import { next } from '../../support/rows.js';
import { createUser, createVideo, january } from '../../support/world.js';
import { test } from './support/edge-test.js';

/** What an insert has to give. */
const draft = (creatorId: string) => ({
  creatorId,
  title: 'Spring',
  slug: `edge-${next()}`,
  contentType: 'video' as const,
});

const quoted = ['open', "it's", '{"a"}', 'a,b'];

describe('a column of JSON', () => {
  test('takes an array in an insert', async ({ db, em }) => {
    const { id } = await createUser(em);

    const rows = await db
      .insertInto('content')
      .values([
        { ...draft(id), tags: quoted, publishedAt: january(5) },
        { ...draft(id), tags: [], publishedAt: null },
      ])
      .returning(['tags', 'publishedAt'])
      .execute();

    expect(rows).toEqual([
      { tags: quoted, publishedAt: january(5) },
      { tags: [], publishedAt: null },
    ]);
  });

  test('is the only one of its row that is sent as JSON', ({ db }) => {
    const { parameters } = db
      .insertInto('content')
      .values({ ...draft('ada'), tags: ['open'], publishedAt: january(5) })
      .compile();

    expect(parameters.slice(-2)).toEqual(['["open"]', january(5)]);
  });

  test('takes an array beside defaults and expressions', async ({ db, em }) => {
    const { id } = await createUser(em);

    const rows = await db
      .insertInto('content')
      .values([
        { ...draft(id), tags: ['open'], description: sql`upper('spring')` },
        draft(id),
        { ...draft(id), tags: sql`'["raw"]'::jsonb` },
      ])
      .returning(['tags', 'description'])
      .execute();

    expect(rows).toEqual([
      { tags: ['open'], description: 'SPRING' },
      { tags: [], description: null },
      { tags: ['raw'], description: null },
    ]);
  });

  test('takes an array in an update', async ({ db, em }) => {
    const { id } = await createVideo(em, await createUser(em));

    await db.updateTable('content').set({ tags: quoted }).where('id', '=', id).execute();
    expect(await em.fork().findOneOrFail(Content, id)).toHaveProperty('tags', quoted);

    await db
      .updateTable('content')
      .set((eb) => ({ tags: eb('tags', '||', eb.val(['new'])) }))
      .where('id', '=', id)
      .execute();
    expect(await em.fork().findOneOrFail(Content, id)).toHaveProperty('tags', [...quoted, 'new']);
  });

  test('takes an array in an upsert', async ({ db, em }) => {
    const content = await createVideo(em, await createUser(em));

    const row = await db
      .insertInto('content')
      .values({ ...draft(content.creator.id), id: content.id, tags: ['inserted'] })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ tags: ['updated'] }))
      .returning('tags')
      .executeTakeFirst();

    expect(row).toEqual({ tags: ['updated'] });
  });

  test('is compared with arrays', async ({ db, em }) => {
    const creator = await createUser(em);
    const { id } = await createVideo(em, creator, { tags: ['open', 'short'] });
    await createVideo(em, creator, { tags: ['closed'] });
    const found = db.selectFrom('content').select('id').where('creatorId', '=', creator.id);

    const queries = [
      found.where('tags', '@>', ['short']),
      found.where('content.tags', '=', ['open', 'short']),
      found.where('tags', '!=', ['closed']),
      found.where('tags', '<@', ({ val }) => val(['open', 'short', 'long'])),
      found.where('tags', 'in', [['open', 'short'], ['long']]),
      found.where('tags', 'not in', [['closed']]),
      found.where(({ eb, ref, val }) => eb(val(['short']), '<@', ref('tags'))),
      found.where(sql<boolean>`tags ? ${'short'}`),
    ];

    for (const query of queries) {
      expect(await query.execute(), query.compile().sql).toEqual([{ id }]);
    }
  });

  test('takes an array of text where the operator wants one', async ({ db, em }) => {
    const creator = await createUser(em);
    const { id } = await createVideo(em, creator, { tags: ['open', 'short'] });

    const query = db
      .selectFrom('content')
      .select('id')
      .where('creatorId', '=', creator.id)
      .where('tags', '?|', ({ val }) => val(['short', 'long']));

    expect(await query.execute()).toEqual([{ id }]);
  });

  test('is compared once in a query that is part of another', async ({ db, em }) => {
    const creator = await createUser(em);
    const { id } = await createVideo(em, creator, { tags: ['open'] });
    const open = db.selectFrom('content').select('creatorId').where('tags', '@>', ['open']).where('id', '=', id);

    expect(await db.selectFrom('users').select('id').where('id', 'in', open).execute()).toEqual([{ id: creator.id }]);
  });
});
