import type { EntityClass } from '@mikro-orm/core';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { entities } from '../entities/all.js';
import { Content } from '../entities/content.entity.js';
import { ContentAccess } from '../entities/content-access.entity.js';
import { throughDeleted } from '../entities/history.js';
import { VideoPlayback } from '../entities/video-playback.entity.js';
import { createOrm, type Orm } from '../orm/create-orm.js';
import { type Transport, transports } from '../orm/transport.js';
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

/**
 * The first of these reads over each transport, with the milliseconds that it took.
 *
 * @throws {Error} if the transports do not give the same rows.
 */
export async function compareTransports(direct: ConnectionSettings, proxied: ConnectionSettings): Promise<string> {
  const reads: ({ transport: Transport } & PublishedReads)[] = [];

  for (const transport of transports) {
    const orm = createOrm({ ...(transport === 'tcp' ? direct : proxied), transport, poolSize: 1 });

    try {
      reads.push({ transport, ...(await readPublished(orm)) });
    } finally {
      await orm.close();
    }
  }

  const different = reads.filter(({ rows }) => rows !== reads[0]!.rows);

  if (different.length > 0) {
    throw new Error(
      `Not every transport gives the same rows: ${different.map(({ transport }) => transport).join(', ')}`,
    );
  }

  return textTable(
    ['transport', 'rows', 'first read', 'again, median of 20', 'to TCP'],
    reads.map(({ transport, count, firstMs, againMs }) => [
      transport,
      count,
      `${firstMs.toFixed(1)} ms`,
      `${againMs.toFixed(1)} ms`,
      `× ${(againMs / reads[0]!.againMs).toFixed(1)}`,
    ]),
  );
}

interface PublishedReads {
  /** All rows as JSON. */
  rows: string;
  count: number;
  firstMs: number;
  againMs: number;
}

async function readPublished(orm: Orm): Promise<PublishedReads> {
  const read = () =>
    orm.em.fork().getRepository(Content).findPublishedByOrganization(demo.organizationId, { limit: 50 });
  const [firstMs, { items }] = await timed(read);
  const times = [];

  for (let round = 0; round < 20; round++) {
    times.push((await timed(read))[0]);
  }

  times.sort((one, other) => one - other);
  return { rows: JSON.stringify(items), count: items.length, firstMs, againMs: times[10]! };
}

async function timed<Result>(work: () => Promise<Result>): Promise<[ms: number, result: Result]> {
  const begin = performance.now();
  const result = await work();
  return [performance.now() - begin, result];
}

async function show(caption: string, read: () => Promise<string>): Promise<ShownRead> {
  const [firstMs] = await timed(read);
  const [againMs, table] = await timed(read);

  return { caption, table, tookMs: [firstMs, againMs] };
}

const day = (instant: Date | null): string => instant?.toISOString().slice(0, 10) ?? '';

const clock = (seconds: number | null | undefined): string =>
  seconds == null ? '' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

const price = (cents: number | null): string => (cents === null ? 'free' : `$${(cents / 100).toFixed(2)}`);

const share = (progress: VideoPlayback | undefined): string =>
  progress ? `${Math.round((100 * progress.positionSeconds) / progress.durationSeconds)} %` : '';
