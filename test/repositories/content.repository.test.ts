import { describe, expect } from 'vitest';
import { Content, InvalidArgumentError, MediaItem } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { createOrganization, createUser, createVideo, january } from '../support/world.js';

const published = (day: number) => ({ status: 'published' as const, publishedAt: january(day) });
const titles = ({ items }: { items: { title: string }[] }) => items.map(({ title }) => title);

describe('ContentRepository.findPublishedByOrganization', () => {
  test("gives the organization's published live content, newest first", async ({ em }) => {
    const creator = await createUser(em);
    const [organization, other] = [await createOrganization(em, creator), await createOrganization(em, creator)];
    await createVideo(em, creator, { organization, title: 'Old', ...published(1) });
    await createVideo(em, creator, { organization, title: 'New', ...published(3) });
    await createVideo(em, creator, { organization, title: 'Middle', ...published(2) });
    await createVideo(em, creator, { organization, title: 'Draft' });
    await createVideo(em, creator, { organization, title: 'Archived', status: 'archived', publishedAt: january(4) });
    await createVideo(em, creator, { organization: other, title: 'Elsewhere', ...published(5) });
    await createVideo(em, creator, { title: 'Personal', ...published(5) });
    em.remove(await createVideo(em, creator, { organization, title: 'Deleted', ...published(6) }));
    await em.flush();

    const page = await em.fork().getRepository(Content).findPublishedByOrganization(organization.id);
    expect(titles(page)).toEqual(['New', 'Middle', 'Old']);
    expect(page).toMatchObject({ totalCount: 3, page: 1, limit: 20 });
  });

  test('gives nothing once the organization is deleted', async ({ em }) => {
    const creator = await createUser(em);
    const organization = await createOrganization(em, creator);
    await createVideo(em, creator, { organization, ...published(1) });
    em.remove(organization);
    await em.flush();

    expect(await em.fork().getRepository(Content).findPublishedByOrganization(organization.id)).toMatchObject({
      items: [],
      totalCount: 0,
    });
  });

  test('brings creator, organization and media item along', async ({ em }) => {
    const creator = await createUser(em, 'Grace');
    const organization = await createOrganization(em, creator);
    await createVideo(em, creator, { organization, ...published(1) });
    const page = await em.fork().getRepository(Content).findPublishedByOrganization(organization.id);
    const [content] = page.items;

    expect(content?.creator.name).toBe('Grace');
    expect(content?.organization?.slug).toBe(organization.slug);
    expect(content?.mediaItem?.mediaType).toBe('video');
  });

  test('walks through all rows page by page, each once, also where instants are equal', async ({ em }) => {
    const creator = await createUser(em);
    const organization = await createOrganization(em, creator);
    for (const number of Array(7).keys()) {
      await createVideo(em, creator, { organization, title: `${number}`, ...published(1) });
    }

    const contents = em.fork().getRepository(Content);
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => contents.findPublishedByOrganization(organization.id, { page, limit: 3 })),
    );
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 1, 0]);
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(7);
    expect(pages.map(({ page, totalCount }) => [page, totalCount])).toEqual([1, 2, 3, 4].map((page) => [page, 7]));
  });

  test('refuses a page that does not exist by its number', async ({ em }) => {
    const refused = em.getRepository(Content).findPublishedByOrganization('any', { page: 0 });

    await expect(refused).rejects.toThrow(InvalidArgumentError);
  });
});

describe('ContentRepository.findByCreator', () => {
  test("gives a creator's own live content in every place, newest first", async ({ em }) => {
    const [creator, other] = [await createUser(em), await createUser(em)];
    const organization = await createOrganization(em, creator);
    await createVideo(em, creator, { title: 'First', createdAt: january(1), ...published(9) });
    await createVideo(em, creator, { title: 'Third', createdAt: january(3) });
    await createVideo(em, creator, { title: 'Second', createdAt: january(2), organization });
    await createVideo(em, other, { title: 'Foreign', organization });
    em.remove(await createVideo(em, creator, { title: 'Deleted' }));
    await em.flush();
    const contents = em.fork().getRepository(Content);

    const { items } = await contents.findByCreator(creator.id);
    expect(items.map(({ title }) => title)).toEqual(['Third', 'Second', 'First']);
    expect(items[1]).toMatchObject({
      creator: { name: 'Ada' },
      organization: { name: 'Studio' },
      mediaItem: { title: 'Original' },
    });
    expect(titles(await contents.findByCreator(creator.id, { status: 'draft' }))).toEqual(['Third', 'Second']);
    expect(titles(await contents.findByCreator(creator.id, { page: 2, limit: 2 }))).toEqual(['First']);
  });
});

describe('ContentRepository.findBySlug', () => {
  test("tells an organization's page from a creator's own", async ({ em }) => {
    const creator = await createUser(em);
    const organization = await createOrganization(em, creator);
    await createVideo(em, creator, { slug: 'same', title: 'Of the organization', organization });
    await createVideo(em, creator, { slug: 'same', title: 'Of the creator' });
    const contents = em.fork().getRepository(Content);

    expect((await contents.findBySlug({ organizationId: organization.id }, 'same'))?.title).toBe('Of the organization');
    expect((await contents.findBySlug({ creatorId: creator.id }, 'same'))?.title).toBe('Of the creator');
    expect(await contents.findBySlug({ creatorId: creator.id }, 'other')).toBeNull();
  });
});

describe('MediaItemRepository.findByCreator', () => {
  test("gives a creator's live uploads, newest first, in one status on request", async ({ em }) => {
    const creator = await createUser(em);
    const upload = { creator, mediaType: 'audio' as const, r2Key: 'key' };
    em.create(MediaItem, { ...upload, title: 'Old', createdAt: january(1), status: 'ready' });
    em.create(MediaItem, { ...upload, title: 'New', createdAt: january(2) });
    const deleted = em.create(MediaItem, { ...upload, title: 'Deleted' });
    await em.flush();
    em.remove(deleted);
    await em.flush();
    const mediaItems = em.fork().getRepository(MediaItem);

    expect(titles(await mediaItems.findByCreator(creator.id))).toEqual(['New', 'Old']);
    expect(titles(await mediaItems.findByCreator(creator.id, { status: 'ready' }))).toEqual(['Old']);
    expect(await mediaItems.findByCreator(creator.id, { limit: 1, page: 2 })).toMatchObject({ totalCount: 2, page: 2 });
  });
});
