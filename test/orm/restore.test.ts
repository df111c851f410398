import { describe, expect } from 'vitest';
import { Content, InvalidArgumentError, Organization, RowNotFoundError, SlugTakenError } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { findRow } from '../support/rows.js';
import { publish } from '../support/world.js';

const withDeleted = { filters: { notDeleted: false } };

describe('em.restore', () => {
  test('brings the row back, as a managed entity', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();
    const restored = await em.restore(Content, content.id);

    expect(restored).toMatchObject({ id: content.id, deletedAt: null, title: 'Spring' });
    restored.title = 'Back';
    await em.flush();
    expect(await em.fork().findOneOrFail(Content, content.id)).toHaveProperty('title', 'Back');
  });

  test('refreshes an entity that was loaded as deleted', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();
    const other = em.fork();
    const deleted = await other.findOneOrFail(Content, content.id, withDeleted);

    await expect(other.restore(Content, content.id)).resolves.toBe(deleted);
    expect(deleted.deletedAt).toBeNull();
  });

  test('says that the slug is taken, and changes nothing', async ({ em }) => {
    const { creator, organization, content } = await publish(em);
    em.remove(content);
    em.create(Content, { creator, organization, title: 'New', slug: 'spring', contentType: 'video' });
    await em.flush();
    const error = await em.restore(Content, content.id).catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(SlugTakenError);
    expect(error).toMatchObject({ code: 'SLUG_TAKEN', constraint: 'content_organization_id_slug_unique' });
    expect(await findRow(em, 'content', content.id)).not.toHaveProperty('deleted_at', null);
  });

  test('leaves the transaction around it usable after a clash', async ({ em }) => {
    const { organization } = await publish(em);
    em.remove(organization);
    em.create(Organization, { name: 'Successor', slug: organization.slug });
    await em.flush();

    await em.fork().transactional(async (inner) => {
      await expect(inner.restore(Organization, organization.id)).rejects.toThrow(SlugTakenError);
      inner.create(Organization, { name: 'After', slug: `after-${organization.slug}` });
    });

    expect(await em.fork().count(Organization, { slug: `after-${organization.slug}` })).toBe(1);
  });

  test('is undone with the transaction around it', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();
    const failing = em.fork().transactional(async (inner) => {
      await inner.restore(Content, content.id);
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    expect(await em.fork().findOne(Content, content.id)).toBeNull();
  });

  test('leaves what was scheduled before it unwritten', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();
    em.create(Organization, { name: 'Later', slug: 'later' });
    await em.restore(Content, content.id);

    expect(await em.fork().count(Organization, { slug: 'later' })).toBe(0);
  });

  test('leaves a live row as it is', async ({ em }) => {
    const { content } = await publish(em);

    const { updatedAt } = content;

    await expect(em.restore(Content, content.id)).resolves.toBe(content);
    expect((await em.fork().findOneOrFail(Content, content.id)).updatedAt).toEqual(updatedAt);
  });

  test('takes back a removal that was not flushed yet', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await expect(em.restore(Content, content.id)).resolves.toBe(content);
    await em.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({ deleted_at: null });
  });

  test('keeps what was changed on the loaded entity and is not flushed yet', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();
    const other = em.fork();
    const deleted = await other.findOneOrFail(Content, content.id, withDeleted);
    deleted.title = 'Renamed';
    await other.restore(Content, content.id);
    await other.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({ title: 'Renamed', deleted_at: null });
  });

  test('takes one key and nothing else', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    await em.flush();

    for (const id of [null, undefined, '', 'nope', { $ne: null }, [content.id], { id: content.id }]) {
      await expect(em.restore(Content, id as never)).rejects.toThrow(InvalidArgumentError);
    }
    expect(await findRow(em, 'content', content.id)).not.toHaveProperty('deleted_at', null);
  });

  test('says so when there is no such row', async ({ em }) => {
    await expect(em.restore(Content, '99999999-0000-4000-8000-000000000000')).rejects.toThrow(RowNotFoundError);
  });
});
