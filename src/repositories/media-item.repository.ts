import { EntityRepository } from '@mikro-orm/sql';
import type { MediaItem, MediaStatus } from '../entities/media-item.entity.js';
import { exactly } from '../errors/arguments.js';
import { type Page, type PageRequest, toPage, withPagination } from '../pagination/page.js';

export class MediaItemRepository extends EntityRepository<MediaItem> {
  /** The creator's uploads, newest first; only those in `status` where it is given. */
  async findByCreator(
    creatorId: string,
    { status, ...request }: PageRequest & { status?: MediaStatus | undefined } = {},
  ): Promise<Page<MediaItem>> {
    const window = withPagination(request);
    const found = await this.findAndCount(exactly({ creator: creatorId, ...(status && { status }) }), {
      ...window,
      orderBy: { createdAt: 'desc', id: 'asc' },
    });

    return toPage(found, window);
  }
}
