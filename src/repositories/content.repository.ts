import type { Loaded } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/sql';
import type { Content, ContentStatus } from '../entities/content.entity.js';
import { exactly } from '../errors/arguments.js';
import { type Page, type PageRequest, toPage, withPagination } from '../pagination/page.js';

const withContext = ['creator', 'organization', 'mediaItem'] as const;

/** A content together with who made it, whose name it carries and what it plays. */
export type ContentInContext = Loaded<Content, (typeof withContext)[number]>;

/** Whose page a slug is on: an organization's, or the one that a creator keeps under the own name. */
export type SlugOwner = { organizationId: string } | { creatorId: string };

export class ContentRepository extends EntityRepository<Content> {
  /** What the organization has published, newest first; nothing once the organization is deleted. */
  async findPublishedByOrganization(
    organizationId: string,
    request: PageRequest = {},
  ): Promise<Page<ContentInContext>> {
    const window = withPagination(request);
    const found = await this.findAndCount(
      { organization: { ...exactly({ id: organizationId }), deletedAt: null }, status: 'published' },
      { ...window, populate: withContext, orderBy: { publishedAt: 'desc', id: 'asc' } },
    );

    return toPage(found, window);
  }

  /** All that the creator has made, for any organization or none, newest first; only in `status` where it is given. */
  async findByCreator(
    creatorId: string,
    { status, ...request }: PageRequest & { status?: ContentStatus | undefined } = {},
  ): Promise<Page<ContentInContext>> {
    const window = withPagination(request);
    const found = await this.findAndCount(exactly({ creator: creatorId, ...(status && { status }) }), {
      ...window,
      populate: withContext,
      orderBy: { createdAt: 'desc', id: 'asc' },
    });

    return toPage(found, window);
  }

  findBySlug(owner: SlugOwner, slug: string): Promise<ContentInContext | null> {
    const page =
      'organizationId' in owner
        ? exactly({ organization: owner.organizationId })
        : { ...exactly({ creator: owner.creatorId }), organization: null };

    return this.findOne({ ...page, ...exactly({ slug }) }, { populate: withContext });
  }
}
