import {
  Content,
  ContentAccess,
  MediaItem,
  Organization,
  OrganizationMembership,
  Purchase,
  type Scope,
  type ScopedEntityManager,
  User,
  VideoPlayback,
} from '../../../src/index.js';
import { crowdUser, crowdUuid } from '../../support/crowd.js';

/** An organization, and a creator and a user who have to do with it. */
export const organization = crowdUuid(42);
export const creator = crowdUser(42);
const user = crowdUser(42);

export const scopes = {
  creator: { creator },
  org: { org: organization },
  'creator, org': { creator, org: organization },
  user: { user },
} as const satisfies Record<string, Scope>;

export type Kind = keyof typeof scopes;

/** What a scope sees, by table. */
export const visible = {
  creator: { content: Content, media_items: MediaItem, users: User },
  org: {
    content: Content,
    media_items: MediaItem,
    users: User,
    organizations: Organization,
    organization_memberships: OrganizationMembership,
    content_access: ContentAccess,
    purchases: Purchase,
  },
  'creator, org': { content: Content, media_items: MediaItem, users: User },
  user: {
    users: User,
    organization_memberships: OrganizationMembership,
    content_access: ContentAccess,
    purchases: Purchase,
    video_playback: VideoPlayback,
  },
} as const satisfies Record<Kind, object>;

const own = crowdUuid(42);
const at = new Date('2026-06-01T00:00:00Z');

/** What applications ask in a scope, through MikroORM. */
export const questions: [name: string, kind: Kind, ask: (em: ScopedEntityManager) => Promise<unknown>][] = [
  [
    'a list with creator and media item',
    'org',
    (em) =>
      em.find(
        Content,
        { status: 'published' },
        { populate: ['creator', 'mediaItem'], orderBy: { publishedAt: 'desc', id: 'asc' }, limit: 50 },
      ),
  ],
  ['a list of drafts', 'creator', (em) => em.find(Content, { status: 'draft' }, { populate: ['mediaItem'] })],
  ['members', 'org', (em) => em.getRepository(OrganizationMembership).findActiveMembers(organization)],
  ['a membership', 'org', (em) => em.getRepository(OrganizationMembership).findMembership(organization, user)],
  ['memberships', 'user', (em) => em.getRepository(OrganizationMembership).findActiveByUser(user)],
  ['an organization with members', 'org', (em) => em.getRepository(Organization).findBySlugWithMembers('studio-42')],
  ['a user by e-mail', 'org', (em) => em.getRepository(User).findByEmail('ada-42')],
  [
    'a content by slug',
    'org',
    (em) => em.getRepository(Content).findBySlug({ organizationId: organization }, 'spring-42'),
  ],
  ['a content by slug', 'creator', (em) => em.getRepository(Content).findBySlug({ creatorId: creator }, 'spring-42')],
  ['content of an organization', 'org', (em) => em.getRepository(Content).findPublishedByOrganization(organization)],
  ['content of a creator', 'creator', (em) => em.getRepository(Content).findByCreator(creator)],
  ['content of a creator', 'creator, org', (em) => em.getRepository(Content).findByCreator(creator)],
  ['media items', 'creator', (em) => em.getRepository(MediaItem).findByCreator(creator)],
  ['a purchase by payment intent', 'org', (em) => em.getRepository(Purchase).findByPaymentIntent('pi-42')],
  ['purchases', 'user', (em) => em.getRepository(Purchase).findByCustomer(user)],
  ['a library', 'user', (em) => em.getRepository(ContentAccess).findLibrary(user, at)],
  ['a grant', 'user', (em) => em.getRepository(ContentAccess).findValid(user, own, at)],
  ['unfinished content', 'user', (em) => em.getRepository(VideoPlayback).findUnfinished(user)],
  ['progress', 'user', (em) => em.getRepository(VideoPlayback).findProgress(user, own)],
  ['a change of all drafts', 'org', (em) => em.nativeUpdate(Content, { status: 'draft' }, { category: 'x' })],
  ['a change by key', 'org', (em) => em.nativeUpdate(Content, own, { category: 'x' })],
];
