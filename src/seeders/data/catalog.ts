import type { Content } from '../../entities/content.entity.js';
import type { MediaItem } from '../../entities/media-item.entity.js';
import type { SeedRow } from '../insert-absent.js';
import { stableUuid } from '../stable-uuid.js';
import { countSales } from './commerce.js';
import { organizationId } from './organizations.js';
import { seconds, type Work, type WorkFile } from './work.js';
import { contentId, works } from './works.js';

/** The row of a content. */
export type ContentRow = SeedRow<Content> & { creator: string; mediaItem: string | null };

/** The contents, bought as often as the purchases say. */
export const contents: ContentRow[] = works.map((work) => ({
  ...toContent(work),
  id: contentId(work.key),
  purchaseCount: countSales(work.key),
}));

/** The files that the contents play. */
export const mediaItems: SeedRow<MediaItem>[] = works.flatMap((work) =>
  work.file ? [toMediaItem(work, work.file)] : [],
);

function toContent(work: Work): Omit<ContentRow, 'id'> {
  return {
    creator: work.creator,
    organization: work.organization ? organizationId(work.organization) : null,
    mediaItem: work.file ? mediaItemId(work) : null,
    title: work.title,
    slug: work.slug ?? work.key,
    description: work.description,
    contentType: work.contentType,
    contentBody: work.body ?? null,
    thumbnailUrl: work.contentType === 'video' ? `https://cdn.codex.example/posters/${work.key}.jpg` : null,
    category: work.category,
    tags: work.tags,
    visibility: work.visibility,
    priceCents: work.priceCents ?? null,
    status: work.status ?? 'published',
    publishedAt: work.publishedAt ? new Date(work.publishedAt) : null,
    viewCount: work.viewCount ?? 0,
    createdAt: new Date(work.addedAt),
    updatedAt: new Date(work.deletedAt ?? work.publishedAt ?? work.addedAt),
    deletedAt: work.deletedAt ? new Date(work.deletedAt) : null,
  };
}

/** The further a file has come, the more is known about it. */
function toMediaItem(work: Work, file: WorkFile): SeedRow<MediaItem> {
  const { key, creator, title, addedAt } = work;
  const { status = 'ready', frame: [width, height] = [null, null] } = file;
  const id = mediaItemId(work);
  const isVideo = work.contentType === 'video';
  const isUploaded = status !== 'uploading';
  const isReady = status === 'ready';

  return {
    id,
    creator,
    title,
    mediaType: isVideo ? 'video' : 'audio',
    status,
    r2Key: `${creator}/originals/${id}/${key}.${isVideo ? 'mp4' : 'mp3'}`,
    mimeType: isVideo ? 'video/mp4' : 'audio/mpeg',
    fileSizeBytes: isUploaded ? file.sizeBytes : null,
    uploadedAt: isUploaded ? new Date(addedAt) : null,
    durationSeconds: isReady ? seconds(file.length) : null,
    width: isReady ? width : null,
    height: isReady ? height : null,
    hlsMasterPlaylistKey: isReady ? `${creator}/hls/${id}/master.m3u8` : null,
    thumbnailKey: isReady && isVideo ? `${creator}/thumbnails/${id}.jpg` : null,
    createdAt: new Date(addedAt),
    updatedAt: new Date(file.deletedAt ?? addedAt),
    deletedAt: file.deletedAt ? new Date(file.deletedAt) : null,
  };
}

function mediaItemId({ key }: Work): string {
  return stableUuid(`media_items/${key}`);
}
