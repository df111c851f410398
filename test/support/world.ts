import {
  Content,
  type EntityManager,
  MediaItem,
  type NewContent,
  Organization,
  OrganizationMembership,
  User,
} from '../../src/index.js';
import { next } from './rows.js';

/** A user of one's own, written at once. */
export async function createUser(em: EntityManager, name = 'Ada'): Promise<User> {
  const id = `${name.toLowerCase()}-${next()}`;
  const user = em.create(User, { id, name, email: `${id}@example.org` });
  await em.flush();

  return user;
}

/** An organization with its owner as the only member, written at once. */
export async function createOrganization(em: EntityManager, owner: User): Promise<Organization> {
  const organization = em.create(Organization, { name: 'Studio', slug: `studio-${next()}` });
  em.create(OrganizationMembership, { organization, user: owner, role: 'owner' });
  await em.flush();

  return organization;
}

/** A video by `creator` with a media item of its own, written at once. */
export async function createVideo(em: EntityManager, creator: User, data: Partial<NewContent> = {}): Promise<Content> {
  const key = next();
  const mediaItem = em.create(MediaItem, { creator, title: 'Original', mediaType: 'video', r2Key: `${key}.mp4` });
  const content = em.create(Content, {
    creator,
    mediaItem,
    title: 'Spring',
    slug: `spring-${key}`,
    contentType: 'video',
    ...data,
  });
  await em.flush();

  return content;
}

/** A published content of a new organization, with all it refers to. */
export async function publish(em: EntityManager) {
  const creator = em.create(User, { id: `ada-${next()}`, name: 'Ada', email: `ada-${next()}@example.org` });
  const organization = em.create(Organization, { name: 'Studio', slug: `studio-${next()}` });
  const mediaItem = em.create(MediaItem, { creator, title: 'Spring', mediaType: 'video', r2Key: 'spring.mp4' });
  const content = em.create(Content, {
    creator,
    organization,
    mediaItem,
    title: 'Spring',
    slug: 'spring',
    contentType: 'video',
    status: 'published',
  });
  await em.flush();

  return { creator, organization, mediaItem, content };
}

/** A day in January 2026, at noon. */
export const january = (day: number): Date => new Date(Date.UTC(2026, 0, day, 12));
