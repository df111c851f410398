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
import { idOf, organizations, type Tenant } from './world.js';

/** A question of a repository about one of the tenants: what the scope has of the one it has not of the other. */
export interface RepositoryQuestion {
  method: string;
  /** Whose rows it is asked for by the scope of tenant a. */
  scope: Scope;
  ask(em: ScopedEntityManager, of: Tenant): Promise<unknown>;
}

const a = { org: organizations.a };
const creator = { creator: 'creator-a' };
const buyer = { user: 'buyer-a' };
const now = new Date('2026-06-01');

export const repositoryQuestions: RepositoryQuestion[] = [
  {
    method: 'ContentAccessRepository.findValid',
    scope: buyer,
    ask: (em, of) =>
      em.getRepository(ContentAccess).findValid(`buyer-${of}`, idOf('content', `published of ${of}`), now),
  },
  {
    method: 'ContentAccessRepository.findLibrary',
    scope: buyer,
    ask: async (em, of) => (await em.getRepository(ContentAccess).findLibrary(`buyer-${of}`, now)).items,
  },
  {
    method: 'ContentRepository.findPublishedByOrganization',
    scope: a,
    ask: async (em, of) => (await em.getRepository(Content).findPublishedByOrganization(organizations[of])).items,
  },
  {
    method: 'ContentRepository.findByCreator',
    scope: creator,
    ask: async (em, of) => (await em.getRepository(Content).findByCreator(`creator-${of}`)).items,
  },
  {
    method: 'ContentRepository.findBySlug',
    scope: a,
    ask: (em, of) => em.getRepository(Content).findBySlug({ organizationId: organizations[of] }, 'published'),
  },
  {
    method: 'MediaItemRepository.findByCreator',
    scope: creator,
    ask: async (em, of) => (await em.getRepository(MediaItem).findByCreator(`creator-${of}`)).items,
  },
  {
    method: 'OrganizationMembershipRepository.findMembership',
    scope: a,
    ask: (em, of) => em.getRepository(OrganizationMembership).findMembership(organizations[of], `owner-${of}`),
  },
  {
    method: 'OrganizationMembershipRepository.findActiveMembers',
    scope: a,
    ask: (em, of) => em.getRepository(OrganizationMembership).findActiveMembers(organizations[of]),
  },
  {
    method: 'OrganizationMembershipRepository.findActiveByUser',
    scope: a,
    ask: (em, of) => em.getRepository(OrganizationMembership).findActiveByUser(`owner-${of}`),
  },
  {
    method: 'OrganizationRepository.findBySlug',
    scope: a,
    ask: (em, of) => em.getRepository(Organization).findBySlug(`studio-${of}`),
  },
  {
    method: 'OrganizationRepository.findBySlugWithMembers',
    scope: a,
    ask: (em, of) => em.getRepository(Organization).findBySlugWithMembers(`studio-${of}`),
  },
  {
    method: 'PurchaseRepository.findByPaymentIntent',
    scope: a,
    ask: (em, of) => em.getRepository(Purchase).findByPaymentIntent(`pi buyer-${of}: published of ${of}`),
  },
  {
    method: 'PurchaseRepository.findByCustomer',
    scope: buyer,
    ask: async (em, of) => (await em.getRepository(Purchase).findByCustomer(`buyer-${of}`)).items,
  },
  {
    method: 'UserRepository.findByEmail',
    scope: buyer,
    ask: (em, of) => em.getRepository(User).findByEmail(`buyer-${of}@example.org`),
  },
  {
    method: 'VideoPlaybackRepository.findProgress',
    scope: buyer,
    ask: (em, of) => em.getRepository(VideoPlayback).findProgress(`buyer-${of}`, idOf('content', `published of ${of}`)),
  },
  {
    method: 'VideoPlaybackRepository.findUnfinished',
    scope: buyer,
    ask: (em, of) => em.getRepository(VideoPlayback).findUnfinished(`buyer-${of}`),
  },
];
