import { describe, expect } from 'vitest';
import { Content, MediaItem, Organization, User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { findRow } from '../support/rows.js';
import { publish } from '../support/world.js';

const withDeleted = { filters: { notDeleted: false } };

describe('em.remove', () => {
  test('marks each entity that has deletedAt, and keeps its row', async ({ em }) => {
    const { organization, mediaItem, content } = await publish(em);
    em.remove([organization, mediaItem, content]);
    await em.flush();

    for (const [entity, table] of [
      [organization, 'organizations'],
      [mediaItem, 'media_items'],
      [content, 'content'],
    ] as const) {
      const row = await findRow(em, table, entity.id);
      expect(entity.deletedAt).toBeInstanceOf(Date);
      expect(new Date(`${row?.deleted_at}`)).toEqual(entity.deletedAt);
    }
  });

  test('hides the row and takes the entity out of the identity map', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();

    expect(await em.findOne(Content, content.id)).toBeNull();
    expect(await em.fork().findOne(Content, content.id)).toBeNull();
    expect(await em.fork().findOne(Content, content.id, withDeleted)).toHaveProperty('deletedAt', content.deletedAt);
  });

  test('works on a reference that was never loaded', async ({ em }) => {
    const { content } = await publish(em);
    const other = em.fork();
    other.remove(other.getReference(Content, content.id));
    await other.flush();

    expect(await em.fork().findOne(Content, content.id)).toBeNull();
    expect(await findRow(em, 'content', content.id)).toMatchObject({ title: 'Spring', creator_id: content.creator.id });
  });

  test('works on an entity that another unit of work loaded', async ({ em }) => {
    const { content } = await publish(em);
    const other = em.fork();
    other.remove(content);
    await other.flush();

    expect(await em.fork().findOne(Content, content.id)).toBeNull();
    expect(await findRow(em, 'content', content.id)).toHaveProperty('title', 'Spring');
  });

  test('lets a new row take the slug in the same flush', async ({ em }) => {
    const { creator, organization, content } = await publish(em);
    em.remove(content);
    const successor = em.create(Content, { creator, organization, title: 'New', slug: 'spring', contentType: 'video' });
    await em.flush();

    const found = await em.fork().find(Content, { organization: organization.id, slug: 'spring' });
    expect(found.map(({ id }) => id)).toEqual([successor.id]);
  });

  test('lets the loaded rows that refer to it keep their reference', async ({ em }) => {
    const { organization, mediaItem, content } = await publish(em);
    const other = em.fork();
    const loaded = await other.findOneOrFail(Organization, organization.id, {
      populate: ['content.mediaItem.content'],
    });
    const [child] = loaded.content;
    other.remove(loaded);
    other.remove(child?.mediaItem as MediaItem);
    await other.flush();
    child!.title = 'Renamed';
    await other.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({
      title: 'Renamed',
      organization_id: organization.id,
      media_item_id: mediaItem.id,
      status: 'published',
    });
  });

  test('keeps the date of the first deletion', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();
    const other = em.fork();
    other.remove(await other.findOneOrFail(Content, content.id, withDeleted));
    await other.flush();

    expect((await em.fork().findOneOrFail(Content, content.id, withDeleted)).deletedAt).toEqual(content.deletedAt);
  });

  test('forgets an entity that was never inserted', async ({ em }) => {
    const organization = em.create(Organization, { name: 'Never', slug: 'never' });
    em.remove(organization);
    await em.flush();

    expect(await em.fork().count(Organization, { slug: 'never' }, withDeleted)).toBe(0);
  });

  test('is undone with the transaction that it was part of', async ({ em }) => {
    const { content } = await publish(em);
    const failing = em.fork().transactional(async (inner) => {
      inner.remove(await inner.findOneOrFail(Content, content.id));
      await inner.flush();
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    expect(await em.fork().findOneOrFail(Content, content.id)).toHaveProperty('deletedAt', null);
  });

  test('can be repeated after the transaction around it was rolled back', async ({ em }) => {
    const { content } = await publish(em);
    const failing = em.transactional(async (inner) => {
      inner.remove(content);
      await inner.flush();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    em.remove(content);
    await em.flush();

    expect(await em.fork().findOne(Content, content.id)).toBeNull();
  });

  test('can be repeated after the flush failed', async ({ em }) => {
    const { organization, content } = await publish(em);
    const clash = em.create(Organization, { name: 'Clash', slug: organization.slug });
    em.remove(content);
    await expect(em.flush()).rejects.toThrow();
    em.remove([clash, content]);
    await em.flush();

    expect(await em.fork().findOne(Content, content.id)).toBeNull();
    // The one that was never inserted has no key, and takes no other row with it.
    expect(await em.fork().findOne(Organization, organization.id)).toMatchObject({ name: 'Studio' });
  });

  test('in a transaction takes the entity out of the identity maps around it, once that commits', async ({ em }) => {
    const { organization, content } = await publish(em);
    await em.transactional(async (outer) => {
      await outer.transactional(async (inner) => {
        inner.remove(await inner.findOneOrFail(Organization, organization.id));
      });
      expect(await outer.findOne(Organization, organization.id)).toBeNull();
    });
    const failing = em.transactional(async (inner) => {
      inner.remove(await inner.findOneOrFail(Content, content.id));
      await inner.flush();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');

    expect(await em.findOne(Organization, organization.id)).toBeNull();
    expect(await em.findOne(Content, content.id)).not.toBeNull();
  });

  test('is taken back by em.persist before the flush', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    em.persist(content);
    await em.flush();

    expect(content.deletedAt).toBeNull();
    expect(await findRow(em, 'content', content.id)).toMatchObject({ deleted_at: null });
  });

  test('that is undone by hand leaves the entity managed', async ({ em }) => {
    const { id } = (await publish(em)).content;
    const other = em.fork();
    const content = await other.findOneOrFail(Content, id);
    other.remove(content);
    content.deletedAt = null;
    await other.flush();

    for (const title of ['First', 'Second']) {
      content.title = title;
      await other.flush();
      expect(await findRow(em, 'content', content.id)).toMatchObject({ title, deleted_at: null });
    }
  });

  test('saves with it what refers to a row that is inserted in the same flush', async ({ em }) => {
    const { creator, content } = await publish(em);
    const mediaItem = em.create(MediaItem, { creator, title: 'Cut', mediaType: 'video', r2Key: 'cut.mp4' });
    content.mediaItem = mediaItem;
    em.remove(content);
    await em.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({
      media_item_id: mediaItem.id,
      deleted_at: expect.any(String),
    });
  });

  test('also marks what the unit of work itself is told to remove', async ({ em }) => {
    const { content } = await publish(em);
    em.getUnitOfWork().remove(content);
    await em.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({ deleted_at: expect.any(String) });
    expect(await em.findOne(Content, content.id)).toBeNull();
  });

  test('really deletes an entity that has no deletedAt', async ({ em }) => {
    const user = em.create(User, { id: 'short-lived', name: 'Ada', email: 'short-lived@example.org' });
    await em.flush();
    em.remove(user);
    await em.flush();

    expect(await findRow(em, 'users', 'short-lived')).toBeUndefined();
  });
});
