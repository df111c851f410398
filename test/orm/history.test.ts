import { describe, expect } from 'vitest';
import { ContentAccess, OrganizationMembership, Purchase, VideoPlayback } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { next } from '../support/rows.js';
import { publish } from '../support/world.js';

describe('history', () => {
  test.for(['joined', 'select-in'] as const)(
    'shows what was deleted since: content, organizations (%s)',
    async (strategy, { em }) => {
      const { creator, organization, content } = await publish(em);
      const bought = em.create(Purchase, {
        customer: creator,
        content,
        organization,
        amountPaidCents: 500,
        stripePaymentIntentId: `pi_${next()}`,
        status: 'completed',
      });
      const access = em.create(ContentAccess, { user: creator, content, organization, accessType: 'purchased' });
      const playback = em.create(VideoPlayback, { user: creator, content, durationSeconds: 464 });
      const membership = em.create(OrganizationMembership, { organization, user: creator });
      await em.flush();
      em.remove([content, organization]);
      await em.flush();

      const populate = ['content', 'organization'] as const;
      const shown = [
        await em.fork().findOneOrFail(Purchase, bought.id, { populate, strategy }),
        await em.fork().findOneOrFail(ContentAccess, access.id, { populate, strategy }),
        await em.fork().findOneOrFail(VideoPlayback, playback.id, { populate: ['content'], strategy }),
        await em.fork().findOneOrFail(OrganizationMembership, membership.id, { populate: ['organization'], strategy }),
      ];
      const titles = shown.map((row) => ('content' in row ? row.content.title : undefined));
      const names = shown.map((row) => ('organization' in row ? row.organization.name : undefined));

      expect(titles).toEqual(['Spring', 'Spring', 'Spring', undefined]);
      expect(names).toEqual(['Studio', 'Studio', undefined, 'Studio']);
    },
  );
});
