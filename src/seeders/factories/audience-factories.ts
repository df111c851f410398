import type { LazyRef } from '@mikro-orm/core';
import type { Content } from '../../entities/content.entity.js';
import { accessTypes, ContentAccess } from '../../entities/content-access.entity.js';
import type { MediaItem } from '../../entities/media-item.entity.js';
import type { Organization } from '../../entities/organization.entity.js';
import { Purchase, purchaseStatuses } from '../../entities/purchase.entity.js';
import { VideoPlayback } from '../../entities/video-playback.entity.js';
import { InvalidArgumentError } from '../../errors/database-error.js';
import { isCompleted } from '../../repositories/video-playback.repository.js';
import type { ContentFactories } from './content-factories.js';
import { daysAfter, type FactorySource, type Overrides } from './factory-source.js';
import type { IdentityFactories } from './identity-factories.js';
import type { OrganizationFactories } from './organization-factories.js';

/** The content as a whole: the row takes the organization, the price or the duration from it. */
type OfContent<Entity> = Overrides<Entity> & { content?: Content };

/** Factories for what users buy, may open and watch. */
export function audienceFactories(
  source: FactorySource,
  factories: IdentityFactories & OrganizationFactories & ContentFactories,
) {
  const { em } = source;

  /** @throws {InvalidArgumentError} if the content has no organization. */
  function contentAccess(overrides: OfContent<ContentAccess> = {}): ContentAccess {
    const draw = source.draw('content_access');
    const user = overrides.user ?? factories.user();
    const content = overrides.content ?? newContent(overrides.organization);
    const organization = overrides.organization ?? organizationOf(content);
    const createdAt = overrides.createdAt ?? source.nextInstant();
    const accessType = overrides.accessType ?? draw.pick(accessTypes);

    return em.create(ContentAccess, {
      id: draw.uuid,
      user,
      content,
      organization,
      accessType,
      expiresAt: accessType === 'subscription' || accessType === 'preview' ? daysAfter(createdAt, 30) : null,
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  /** @throws {InvalidArgumentError} if the content has no organization. */
  function purchase(overrides: OfContent<Purchase> = {}): Purchase {
    const draw = source.draw('purchases');
    const customer = overrides.customer ?? factories.user();
    const content = overrides.content ?? newContent(overrides.organization);
    const organization = overrides.organization ?? organizationOf(content);
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(Purchase, {
      id: draw.uuid,
      customer,
      content,
      organization,
      amountPaidCents: content.priceCents ?? 0,
      currency: draw.pick(['usd', 'eur', 'gbp']),
      stripePaymentIntentId: `pi_${draw.suffix}`,
      status: draw.pick(purchaseStatuses),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  function videoPlayback(overrides: OfContent<VideoPlayback> = {}): VideoPlayback {
    const draw = source.draw('video_playback');
    const user = overrides.user ?? factories.user();
    const content = overrides.content ?? factories.content({ contentType: 'video', status: 'published' });
    const createdAt = overrides.createdAt ?? source.nextInstant();
    // Only its key would be there if the content was loaded without it.
    const mediaItem = content.mediaItem as MediaItem | null;
    const durationSeconds = overrides.durationSeconds ?? mediaItem?.durationSeconds ?? draw.integer(30, 7_200);
    const positionSeconds =
      overrides.positionSeconds ?? draw.pick([0, draw.integer(0, durationSeconds), durationSeconds]);

    return em.create(VideoPlayback, {
      id: draw.uuid,
      user,
      content,
      positionSeconds,
      durationSeconds,
      completed: isCompleted(positionSeconds, durationSeconds),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  const newContent = (organization: LazyRef<Organization> = factories.organization()): Content =>
    factories.content({ organization, status: 'published', visibility: 'purchased_only' });

  return { contentAccess, purchase, videoPlayback };
}

function organizationOf({ organization }: Content): LazyRef<Organization> {
  if (!organization) {
    throw new InvalidArgumentError(
      'content',
      'Content without an organization is neither sold nor granted: pass another.',
    );
  }

  return organization;
}
