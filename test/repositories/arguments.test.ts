import { describe, expect } from 'vitest';
import {
  Content,
  ContentAccess,
  type EntityManager,
  InvalidArgumentError,
  MediaItem,
  Organization,
  OrganizationMembership,
  Purchase,
  User,
  VideoPlayback,
} from '../../src/index.js';
import { test } from '../../src/testing/index.js';

/** What a request could send in place of a key. */
const hostile = [null, undefined, '', { $ne: null }, ['a'], [], 0, true] as never[];

const now = new Date();

/** Each argument that names rows, of each repository. */
const questions: Record<string, (em: EntityManager, value: never) => Promise<unknown>> = {
  'users: e-mail': (em, value) => em.getRepository(User).findByEmail(value),
  'users: new e-mail': (em, value) => em.getRepository(User).createOrFindByEmail({ id: 'a', name: 'a', email: value }),
  'users: new id': (em, value) => em.getRepository(User).createOrFindByEmail({ id: value, name: 'a', email: 'a' }),
  'organizations: slug': (em, value) => em.getRepository(Organization).findBySlug(value),
  'organizations: slug, with members': (em, value) => em.getRepository(Organization).findBySlugWithMembers(value),
  'memberships: organization': (em, value) => em.getRepository(OrganizationMembership).findMembership(value, 'a'),
  'memberships: user': (em, value) => em.getRepository(OrganizationMembership).findMembership('a', value),
  'memberships: active of organization': (em, value) =>
    em.getRepository(OrganizationMembership).findActiveMembers(value),
  'memberships: active of user': (em, value) => em.getRepository(OrganizationMembership).findActiveByUser(value),
  'media items: creator': (em, value) => em.getRepository(MediaItem).findByCreator(value),
  'content: organization': (em, value) => em.getRepository(Content).findPublishedByOrganization(value),
  'content: creator': (em, value) => em.getRepository(Content).findByCreator(value),
  'content: slug': (em, value) => em.getRepository(Content).findBySlug({ creatorId: 'a' }, value),
  'content: slug of organization': (em, value) => em.getRepository(Content).findBySlug({ organizationId: value }, 'a'),
  'content: slug of creator': (em, value) => em.getRepository(Content).findBySlug({ creatorId: value }, 'a'),
  'access: user': (em, value) => em.getRepository(ContentAccess).findValid(value, 'a', now),
  'access: content': (em, value) => em.getRepository(ContentAccess).findValid('a', value, now),
  'access: library': (em, value) => em.getRepository(ContentAccess).findLibrary(value, now),
  'purchases: payment intent': (em, value) => em.getRepository(Purchase).findByPaymentIntent(value),
  'purchases: customer': (em, value) => em.getRepository(Purchase).findByCustomer(value),
  'playback: user': (em, value) => em.getRepository(VideoPlayback).findProgress(value, 'a'),
  'playback: content': (em, value) => em.getRepository(VideoPlayback).findProgress('a', value),
  'playback: unfinished': (em, value) => em.getRepository(VideoPlayback).findUnfinished(value),
  'playback: save': (em, value) =>
    em
      .getRepository(VideoPlayback)
      .saveProgress({ userId: value, contentId: 'a', positionSeconds: 1, durationSeconds: 2 }),
};

describe('a repository', () => {
  test.for(Object.keys(questions))('takes one non-empty string and nothing else (%s)', async (question, { em }) => {
    for (const value of hostile) {
      const answer = Promise.resolve().then(() => questions[question]!(em, value));
      await expect(answer, JSON.stringify(value)).rejects.toThrow(InvalidArgumentError);
    }
  });
});
