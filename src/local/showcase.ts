import type { EntityClass } from '@mikro-orm/core';
import { entities } from '../entities/all.js';
import { Content } from '../entities/content.entity.js';
import { ContentAccess } from '../entities/content-access.entity.js';
import { throughDeleted } from '../entities/history.js';
import { VideoPlayback } from '../entities/video-playback.entity.js';
import type { Orm } from '../orm/create-orm.js';
import { demo } from '../seeders/demo.js';
import { textTable } from './text-table.js';

/** Every table with its rows, and how many of them are marked as deleted. */
export async function describeTables(orm: Orm): Promise<string> {
  const em = orm.em.fork();
  const rows: (string | number)[][] = [];

  for (const entity of entities as readonly EntityClass<object>[]) {
    const { tableName, properties } = orm.getMetadata(entity);
    const total = await em.count(entity, {}, { filters: throughDeleted });
    const live = await em.count(entity, {});
    rows.push([tableName, total, 'deletedAt' in properties ? `${total - live} deleted` : '']);
  }

  return textTable(['table', 'rows', ''], rows);
}

/** One read with its caption. */
export interface ShownRead {
  caption: string;
  table: string;
  /** Milliseconds that the read took the first time, when its functions were compiled, and again. */
  tookMs: [number, number];
}

/** What an organization, a creator and a user of the local data get to see. */
export async function runScopedReads(orm: Orm, at: Date): Promise<ShownRead[]> {
  return [
    await show(`Published by the organization "${demo.organizationSlug}", newest first`, async () => {
      const contents = orm.em.fork().getRepository(Content);
      const { items } = await contents.findPublishedByOrganization(demo.organizationId, { limit: 8 });

      return textTable(
        ['published', 'title', 'creator', 'media', 'length', 'price'],
        items.map(({ publishedAt, title, creator, mediaItem, priceCents }) => [
          day(publishedAt),
          title,
          creator.name,
          mediaItem?.mediaType ?? '',
          clock(mediaItem?.durationSeconds),
          price(priceCents),
        ]),
      );
    }),
    await show(`Drafts of the creator "${demo.creatorId}", newest first`, async () => {
      const contents = orm.em.fork().getRepository(Content);
      const { items } = await contents.findByCreator(demo.creatorId, { status: 'draft' });

      return textTable(
        ['created', 'title', 'organization', 'type'],
        items.map(({ createdAt, title, organization, contentType }) => [
          day(createdAt),
          title,
          organization?.name ?? '',
          contentType,
        ]),
      );
    }),
    await show(`Library of the user "${demo.userId}", latest first`, async () => {
      const em = orm.em.fork();
      const { items } = await em.getRepository(ContentAccess).findLibrary(demo.userId, at);
      const playback = await em.find(VideoPlayback, { user: demo.userId });
      const watched = new Map(playback.map((progress) => [progress.content.id, progress]));

      return textTable(
        ['since', 'title', 'from', 'access', 'watched', ''],
        items.map(({ createdAt, content, organization, accessType }) => [
          day(createdAt),
          content.title,
          organization.name,
          accessType,
          share(watched.get(content.id)),
          content.deletedAt ? 'deleted since' : '',
        ]),
      );
    }),
  ];
}

async function show(caption: string, read: () => Promise<string>): Promise<ShownRead> {
  const begin = performance.now();
  await read();
  const between = performance.now();
  const table = await read();

  return { caption, table, tookMs: [between - begin, performance.now() - between] };
}

const day = (instant: Date | null): string => instant?.toISOString().slice(0, 10) ?? '';

const clock = (seconds: number | null | undefined): string =>
  seconds == null ? '' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

const price = (cents: number | null): string => (cents === null ? 'free' : `$${(cents / 100).toFixed(2)}`);

const share = (progress: VideoPlayback | undefined): string =>
  progress ? `${Math.round((100 * progress.positionSeconds) / progress.durationSeconds)} %` : '';
