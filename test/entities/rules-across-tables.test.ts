import { describe, expect } from 'vitest';
import { Content, type EntityManager, getConstraintName, isForeignKeyViolation } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow } from '../support/rows.js';
import { publish } from '../support/world.js';

/** What the owner, whom no policy binds, gets for it. */
const refused = async (em: EntityManager, sql: string, values: unknown[]): Promise<string | undefined> => {
  const error = await em
    .fork()
    .execute(sql, values)
    .catch((thrown: unknown) => thrown);
  expect(isForeignKeyViolation(error)).toBe(true);

  return getConstraintName(error);
};

describe('content and its media item have the same creator', () => {
  test('when it is written', async ({ em }) => {
    const own = await publish(em);
    const foreign = await publish(em);
    const error = await insertRow(em, 'content', {
      creator_id: own.creator.id,
      media_item_id: foreign.mediaItem.id,
    }).catch((thrown: unknown) => thrown);
    const update = 'update content set media_item_id = ? where id = ?';

    expect(getConstraintName(error)).toBe('content_media_item_of_creator');
    expect(await refused(em, update, [foreign.mediaItem.id, own.content.id])).toBe('content_media_item_of_creator');
    expect(await refused(em, update, [crypto.randomUUID(), own.content.id])).toBe('content_media_item_of_creator');
    expect(
      await refused(em, 'update content set creator_id = ? where id = ?', [foreign.creator.id, own.content.id]),
    ).toBe('content_media_item_of_creator');
  });

  test('when the media item passes to somebody else', async ({ em }) => {
    const own = await publish(em);
    const foreign = await publish(em);
    const update = 'update media_items set creator_id = ? where id = ?';

    expect(await refused(em, update, [foreign.creator.id, own.mediaItem.id])).toBe('media_items_creator_of_content');
    await em.execute('update content set media_item_id = null where id = ?', [own.content.id]);
    await expect(em.execute(update, [foreign.creator.id, own.mediaItem.id])).resolves.toBeDefined();
  });

  test.database('when both are written at the same time', async ({ orm, em }) => {
    const own = await publish(em);
    const foreign = await publish(em);
    await em.execute('update content set media_item_id = null where id = ?', [own.content.id]);
    const use = orm.em.fork();
    await use.begin();
    await use.execute('update content set media_item_id = ? where id = ?', [own.mediaItem.id, own.content.id]);
    const pass = refused(em, 'update media_items set creator_id = ? where id = ?', [
      foreign.creator.id,
      own.mediaItem.id,
    ]);
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(() => orm.em.fork().execute(waiting), { timeout: 10_000 }).toHaveLength(1);
    await use.commit();

    expect(await pass).toBe('media_items_creator_of_content');
  });

  test.database.for(['repeatable read', 'serializable'])(
    'and not by a transaction that sees what was: %s',
    async (level, { orm, em }) => {
      const own = await publish(em);
      const foreign = await publish(em);
      await em.execute('update content set media_item_id = null where id = ?', [own.content.id]);
      const pass = orm.em.fork();
      await pass.begin({ isolationLevel: level as never });
      await pass.execute('select count(*) from content');
      await em.execute('update content set media_item_id = ? where id = ?', [own.mediaItem.id, own.content.id]);
      const update = 'update media_items set creator_id = ? where id = ?';

      await expect(pass.execute(update, [foreign.creator.id, own.mediaItem.id])).rejects.toThrow('SQLSTATE 0A000');
      await pass.rollback();
    },
  );

  test('and content without one, or with one of its own, is let through', async ({ em }) => {
    const { creator, mediaItem, content } = await publish(em);

    await expect(
      insertRow(em, 'content', { creator_id: creator.id, media_item_id: mediaItem.id }),
    ).resolves.toBeDefined();
    content.mediaItem = null;
    await em.flush();
    expect(await em.fork().findOneOrFail(Content, content.id)).toMatchObject({ mediaItem: null });
  });
});

describe.for(['content_access', 'purchases'])('%s name the organization of their content', (table) => {
  const rule = `${table}_organization_of_content`;

  test('when they are written', async ({ em }) => {
    const own = await publish(em);
    const foreign = await publish(em);
    const given = (content_id: unknown, organization_id: unknown) =>
      insertRow(em, table, { content_id, organization_id }).then(
        () => 'written',
        (thrown: unknown) => getConstraintName(thrown),
      );

    expect(await given(own.content.id, foreign.organization.id)).toBe(rule);
    expect(await given(own.content.id, crypto.randomUUID())).toBe(rule);
    expect(await given(crypto.randomUUID(), own.organization.id)).toBe(rule);
    expect(await given(own.content.id, own.organization.id)).toBe('written');
  });

  test('when they are changed, and not later', async ({ em }) => {
    const own = await publish(em);
    const foreign = await publish(em);
    const row = await insertRow(em, table, { content_id: own.content.id, organization_id: own.organization.id });

    expect(
      await refused(em, `update ${table} set organization_id = ? where id = ?`, [foreign.organization.id, row.id]),
    ).toBe(rule);
    await em.execute(`update content set organization_id = ?, slug = 'moved' where id = ?`, [
      foreign.organization.id,
      own.content.id,
    ]);
    await expect(em.execute(`update ${table} set updated_at = now() where id = ?`, [row.id])).resolves.toBeDefined();
  });
});
