import { Seeder } from '@mikro-orm/seeder';
import type { EntityManager } from '../orm/entity-manager.js';
import { createFactories } from './factories/create-factories.js';
import { stableUuid } from './stable-uuid.js';

/** Keys of the rows on one side, by what they are there. */
export type TestSide = ReturnType<typeof sideOf>;

const sideOf = (side: string) => ({
  organization: stableUuid(`test/${side}/organization`),
  owner: `${side}-owner`,
  creator: `${side}-creator`,
  viewer: `${side}-viewer`,
  ownerMembership: stableUuid(`test/${side}/owner-membership`),
  creatorMembership: stableUuid(`test/${side}/creator-membership`),
  /** The viewer's. */
  membership: stableUuid(`test/${side}/membership`),
  /** What the published content plays. */
  mediaItem: stableUuid(`test/${side}/media-item`),
  publishedContent: stableUuid(`test/${side}/published-content`),
  draft: stableUuid(`test/${side}/draft`),
  /** Has no organization. */
  personalContent: stableUuid(`test/${side}/personal-content`),
  deletedContent: stableUuid(`test/${side}/deleted-content`),
  /** The viewer's, to the published content; so are the purchase and the playback. */
  access: stableUuid(`test/${side}/access`),
  purchase: stableUuid(`test/${side}/purchase`),
  playback: stableUuid(`test/${side}/playback`),
  /** The viewer's; so is the session. */
  account: `${side}-account`,
  session: `${side}-session`,
  verificationToken: `${side}-verification-token`,
});

/** The two sides that {@link TestSeeder} makes. */
export const testSides = { left: sideOf('left'), right: sideOf('right') } as const;

/**
 * Fills an empty database with two organizations that mirror each other, for tests that nothing leaks from one to the other.
 *
 * Rows that face each other differ in what must be unique only: keys, e-mail addresses, tokens and organization slugs.
 */
export class TestSeeder extends Seeder {
  override async run(em: EntityManager): Promise<void> {
    for (const [name, side] of Object.entries(testSides)) {
      createSide(em, name, side);
    }

    await em.flush();
  }
}

function createSide(em: EntityManager, name: string, side: TestSide): void {
  const make = createFactories(em, 1, name);
  const owner = make.user({ id: side.owner, name: 'Olive Owner' });
  const creator = make.user({ id: side.creator, name: 'Cleo Creator' });
  const viewer = make.user({ id: side.viewer, name: 'Vito Viewer' });
  const organization = make.organization({ id: side.organization, name: 'Mirror Hall', slug: name });

  make.account({ id: side.account, user: viewer, providerId: 'credential' });
  make.session({ id: side.session, user: viewer });
  make.verificationToken({ id: side.verificationToken });
  make.membership({ id: side.ownerMembership, organization, user: owner, role: 'owner', status: 'active' });
  make.membership({ id: side.creatorMembership, organization, user: creator, role: 'creator', status: 'active' });
  make.membership({ id: side.membership, organization, user: viewer, role: 'subscriber', status: 'active' });

  const mediaItem = make.mediaItem({ id: side.mediaItem, creator, mediaType: 'video', status: 'ready' });
  const published = make.content({
    id: side.publishedContent,
    organization,
    mediaItem,
    title: 'Reflections',
    slug: 'reflections',
    status: 'published',
    visibility: 'purchased_only',
    priceCents: 500,
  });
  const text = { creator, contentType: 'written', visibility: 'public' } as const;
  make.content({ ...text, id: side.draft, organization, title: 'Sketch', slug: 'sketch', status: 'draft' });
  make.content({
    ...text,
    id: side.personalContent,
    organization: null,
    title: 'Diary',
    slug: 'diary',
    status: 'published',
  });
  make.content({
    ...text,
    id: side.deletedContent,
    organization,
    title: 'Faded',
    slug: 'faded',
    status: 'published',
    deletedAt: new Date('2025-02-01T00:00Z'),
  });

  make.contentAccess({ id: side.access, user: viewer, content: published, accessType: 'purchased' });
  make.purchase({ id: side.purchase, customer: viewer, content: published, status: 'completed' });
  make.videoPlayback({ id: side.playback, user: viewer, content: published });
}
