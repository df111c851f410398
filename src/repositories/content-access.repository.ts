import type { Loaded } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/sql';
import type { ContentAccess } from '../entities/content-access.entity.js';
import { exactly } from '../errors/arguments.js';
import { type Page, type PageRequest, toPage, withPagination } from '../pagination/page.js';

const withContent = ['content.creator', 'content.mediaItem', 'organization'] as const;

/** A grant with all that a shelf shows of it; the content may be deleted by now. */
export type LibraryEntry = Loaded<ContentAccess, (typeof withContent)[number]>;

export class ContentAccessRepository extends EntityRepository<ContentAccess> {
  /** The grant that lets the user open the content at the instant `at`; `null` if there is none or it has expired. */
  findValid(userId: string, contentId: string, at: Date): Promise<ContentAccess | null> {
    return this.findOne({ ...exactly({ user: userId, content: contentId }), ...validAt(at) });
  }

  /** All that the user may open at the instant `at`, latest grant first. */
  async findLibrary(userId: string, at: Date, request: PageRequest = {}): Promise<Page<LibraryEntry>> {
    const window = withPagination(request);
    const found = await this.findAndCount(
      { ...exactly({ user: userId }), ...validAt(at) },
      { ...window, populate: withContent, orderBy: { createdAt: 'desc', id: 'asc' } },
    );

    return toPage(found, window);
  }
}

const validAt = (at: Date) => ({ $or: [{ expiresAt: null }, { expiresAt: { $gt: at } }] });
