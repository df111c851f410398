import { Seeder } from '@mikro-orm/seeder';
import { Account } from '../entities/account.entity.js';
import { Content } from '../entities/content.entity.js';
import { ContentAccess } from '../entities/content-access.entity.js';
import { throughDeleted } from '../entities/history.js';
import { MediaItem } from '../entities/media-item.entity.js';
import { Organization } from '../entities/organization.entity.js';
import { OrganizationMembership } from '../entities/organization-membership.entity.js';
import { Purchase } from '../entities/purchase.entity.js';
import { Session } from '../entities/session.entity.js';
import { User } from '../entities/user.entity.js';
import { VerificationToken } from '../entities/verification-token.entity.js';
import { VideoPlayback } from '../entities/video-playback.entity.js';
import type { EntityManager } from '../orm/entity-manager.js';
import { type ContentRow, contents, mediaItems } from './data/catalog.js';
import { access, purchases } from './data/commerce.js';
import { memberships, organizations } from './data/organizations.js';
import { users } from './data/people.js';
import { playback } from './data/playback.js';
import { accounts, sessions, verificationTokens } from './data/sign-in.js';
import { insertAbsent } from './insert-absent.js';

/**
 * Fills a local database with films, audio books and essays, and with people who make and buy them.
 *
 * Runs as often as one likes: it adds what is absent and never changes a row that is there.
 */
export class DatabaseSeeder extends Seeder {
  override run(em: EntityManager): Promise<void> {
    return em.transactional(async (em) => {
      await insertAbsent(em, User, users);
      await insertAbsent(em, Account, accounts);
      await insertAbsent(em, Session, sessions);
      await insertAbsent(em, VerificationToken, verificationTokens);

      await insertAbsent(em, Organization, organizations);
      await insertAbsent(em, OrganizationMembership, memberships);

      await insertAbsent(em, MediaItem, mediaItems);
      await insertAbsent(em, Content, await withOwnMedia(em, contents));

      await insertAbsent(em, ContentAccess, await inOrganizationOfContent(em, access));
      await insertAbsent(em, Purchase, await inOrganizationOfContent(em, purchases));
      await insertAbsent(em, VideoPlayback, playback);
    });
  }
}

/** Leaves out contents whose file went to another creator meanwhile: a content's file is its creator's. */
async function withOwnMedia(em: EntityManager, rows: ContentRow[]): Promise<ContentRow[]> {
  const items = await em.find(
    MediaItem,
    rows.flatMap(({ mediaItem }) => mediaItem ?? []),
    { fields: ['creator'], filters: throughDeleted },
  );
  const creatorOf = new Map(items.map(({ id, creator }) => [id, creator.id]));

  return rows.filter(({ mediaItem, creator }) => mediaItem === null || creatorOf.get(mediaItem) === creator);
}

/** Adds the organization that each content has by now, and leaves out rows whose content has none. */
async function inOrganizationOfContent<Row extends { content: string }>(
  em: EntityManager,
  rows: Row[],
): Promise<(Row & { organization: string })[]> {
  const found = await em.find(
    Content,
    rows.map(({ content }) => content),
    { fields: ['organization'], filters: throughDeleted },
  );
  const organizationOf = new Map(found.map(({ id, organization }) => [id, organization?.id]));

  return rows.flatMap((row) => {
    const organization = organizationOf.get(row.content);
    return organization ? [{ ...row, organization }] : [];
  });
}
