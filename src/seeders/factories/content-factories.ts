import type { LazyRef } from '@mikro-orm/core';
import {
  Content,
  type ContentStatus,
  contentStatuses,
  contentTypes,
  contentVisibilities,
} from '../../entities/content.entity.js';
import { MediaItem, mediaStatuses, mediaTypes } from '../../entities/media-item.entity.js';
import type { User } from '../../entities/user.entity.js';
import type { Draw } from './draw.js';
import type { FactorySource, Overrides } from './factory-source.js';
import type { IdentityFactories } from './identity-factories.js';
import type { OrganizationFactories } from './organization-factories.js';

/** The media item as a whole: the content takes its creator and its type from it. */
export type ContentOverrides = Overrides<Content> & { mediaItem?: MediaItem | null };

const adjectives = ['Distant', 'Electric', 'Hidden', 'Last', 'Quiet', 'Second', 'Tidal', 'Unfinished'];
const nouns = ['Bridge', 'Harbour', 'Letter', 'Orchard', 'Radio', 'Staircase', 'Summer', 'Winter'];
const frames = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
] as const;

/** Factories for what creators upload and offer. */
export function contentFactories(source: FactorySource, factories: IdentityFactories & OrganizationFactories) {
  const { em } = source;

  function newMediaItem(overrides: Overrides<MediaItem> = {}): MediaItem {
    const draw = source.draw('media_items');
    const { id = draw.uuid, creator = factories.user() } = overrides;
    const createdAt = overrides.createdAt ?? source.nextInstant();
    const mediaType = overrides.mediaType ?? draw.pick(mediaTypes);
    const status = overrides.status ?? draw.pick(mediaStatuses);
    const isVideo = mediaType === 'video';

    return em.create(MediaItem, {
      id,
      creator,
      title: titleOf(draw),
      description: draw.pick(['As it came from the camera.', null]),
      mediaType,
      status,
      r2Key: `${creator.id}/originals/${id}/original`,
      mimeType: isVideo ? 'video/mp4' : 'audio/mpeg',
      ...(status !== 'uploading' && { fileSizeBytes: draw.integer(1_000_000, 9_000_000_000), uploadedAt: createdAt }),
      ...(status === 'ready' && {
        durationSeconds: draw.integer(30, 7_200),
        hlsMasterPlaylistKey: `${creator.id}/hls/${id}/master.m3u8`,
        ...(isVideo && { ...draw.pick(frames), thumbnailKey: `${creator.id}/thumbnails/${id}.jpg` }),
      }),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  /** A content with an organization, or of its creator alone. */
  function content(overrides: ContentOverrides = {}): Content {
    const draw = source.draw('content');
    const creator = overrides.creator ?? overrides.mediaItem?.creator ?? factories.user();
    const isPersonal = draw.pick([true, false, false]);
    const { organization = isPersonal ? null : factories.organization() } = overrides;
    const contentType = overrides.contentType ?? overrides.mediaItem?.mediaType ?? draw.pick(contentTypes);
    const status = overrides.status ?? draw.pick(contentStatuses);
    const { mediaItem = contentType === 'written' ? null : newMediaItem(fileOf(contentType, status, creator)) } =
      overrides;
    const visibility = overrides.visibility ?? draw.pick(organization ? contentVisibilities : personalVisibilities);
    const title = overrides.title ?? titleOf(draw);
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(Content, {
      id: draw.uuid,
      creator,
      organization,
      mediaItem,
      title,
      slug: `${slugify(title)}-${draw.suffix}`,
      description: draw.pick([`${title}, as we remember it.`, null]),
      contentType,
      thumbnailUrl: draw.pick([`https://cdn.codex.example/posters/${draw.suffix}.jpg`, null]),
      contentBody: contentType === 'written' ? `It begins with a ${draw.pick(nouns).toLowerCase()}.` : null,
      category: draw.pick(['documentary', 'essay', 'fiction', null]),
      tags: draw.pick([[], ['short'], ['short', 'first work']]),
      visibility,
      priceCents: visibility === 'purchased_only' ? draw.integer(1, 200) * 50 : null,
      status,
      publishedAt: status === 'draft' ? null : createdAt,
      viewCount: status === 'draft' ? 0 : draw.integer(0, 100_000),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  return { mediaItem: newMediaItem, content };
}

const slugify = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .slice(0, 100);

/** Without an organization there are no members and no sales. */
const personalVisibilities = ['public', 'private'] as const;

/** What has left the draft can be played. */
const fileOf = (
  contentType: 'video' | 'audio',
  status: ContentStatus,
  creator: LazyRef<User>,
): Overrides<MediaItem> => ({
  creator,
  mediaType: contentType,
  ...(status !== 'draft' && { status: 'ready' }),
});

const titleOf = (draw: Draw): string => `The ${draw.pick(adjectives)} ${draw.pick(nouns)}`;

/** What {@link contentFactories} makes. */
export type ContentFactories = ReturnType<typeof contentFactories>;
