import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  Content,
  type EntityManager,
  InvalidArgumentError,
  type MediaItem,
  VerificationToken,
} from '../../src/index.js';
import { createFactories, type Factories } from '../../src/seeders/factories/create-factories.js';
import { test } from '../../src/testing/index.js';
import type { Row } from '../support/rows.js';
import { findInconsistentRows, readAllRows } from './support/stored-rows.js';

const seeds = fc.integer();
const numRuns = 25;

/** Takes back all that is written in between. */
class Rollback extends Error {}

/** Calls every factory twice, in the order given. */
function makeAll(make: Factories, order: string[] = Object.keys(make)): void {
  for (const name of [...order, ...order]) {
    make[name as keyof Factories]();
  }
}

/** Runs `work` on an empty database and leaves it empty. */
async function isolated<Result>(em: EntityManager, work: (em: EntityManager) => Promise<Result>): Promise<Result> {
  let result: Result;

  await em
    .fork()
    .transactional(async (inner) => {
      result = await work(inner);
      throw new Rollback();
    })
    .catch((error) => {
      if (!(error instanceof Rollback)) {
        throw error;
      }
    });

  return result!;
}

const withoutWriter = (rows: Record<string, Row[]>) =>
  Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.map(({ xmin, ...row }) => row)]));

/** The rows that a seed makes. */
const rowsOf = (em: EntityManager, seed: number, order?: string[]) =>
  isolated(em, async (inner) => {
    makeAll(createFactories(inner, seed), order);
    await inner.flush();

    return withoutWriter(await readAllRows(inner));
  });

describe('createFactories', () => {
  test('makes valid graphs in any order of calls', async ({ em }) => {
    const orders = fc.shuffledSubarray(Object.keys(createFactories(em, 0)), { minLength: 1 });

    await fc.assert(
      fc.asyncProperty(seeds, orders, (seed, order) =>
        isolated(em, async (inner) => {
          makeAll(createFactories(inner, seed), order);
          await inner.flush();

          expect(await findInconsistentRows(inner)).toEqual([]);
        }),
      ),
      { numRuns },
    );
  });

  test('makes the same rows from the same seed and calls', async ({ em }) => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        expect(await rowsOf(em, seed)).toEqual(await rowsOf(em, seed));
      }),
      { numRuns },
    );
  });

  test('makes rows that stand beside those of other seeds', async ({ em }) => {
    const several = fc.uniqueArray(seeds, { minLength: 2, maxLength: 4 });

    await fc.assert(
      fc.asyncProperty(several, (unique) =>
        isolated(em, async (inner) => {
          for (const seed of unique) {
            const unit = inner.fork({ keepTransactionContext: true });
            makeAll(createFactories(unit, seed));
            await unit.flush();
          }

          expect(await inner.count(VerificationToken, { id: { $ne: 'sentinel-verification-token' } })).toBe(
            unique.length * 2,
          );
        }),
      ),
      { numRuns },
    );
  });

  test('shows all kinds of rows over a few seeds', async ({ em }) => {
    await isolated(em, async (inner) => {
      for (const seed of Array(30).keys()) {
        makeAll(createFactories(inner, seed));
      }

      await inner.flush();
      const [kinds] = await inner.execute<Row[]>(`
        select
          (select count(distinct (content_type, status)) from content)::int as content,
          (select count(distinct visibility) from content)::int as visibilities,
          (select count(distinct (media_type, status)) from media_items)::int as media,
          (select count(distinct role) + count(distinct status) from organization_memberships)::int as memberships,
          (select count(distinct access_type) from content_access)::int as access,
          (select count(distinct status) from purchases)::int as purchases,
          (select count(distinct completed) from video_playback)::int as playback,
          (select count(distinct organization_id is null) from content)::int as owners
      `);

      expect(kinds).toEqual({
        content: 9,
        visibilities: 4,
        media: 10,
        memberships: 8,
        access: 4,
        purchases: 4,
        playback: 2,
        owners: 2,
      });
    });
  });

  test('takes what it is told, and what follows from that', async ({ em }) => {
    await isolated(em, async (inner) => {
      const make = createFactories(inner, 7);
      const mediaItem = make.mediaItem({ mediaType: 'audio', title: 'Rain' });
      const content = make.content({ mediaItem, organization: make.organization({ slug: 'rain' }), priceCents: 900 });
      const purchase = make.purchase({ content, status: 'refunded' });
      const access = make.contentAccess({ content, user: purchase.customer });
      await inner.flush();

      const stored = await inner.fork({ keepTransactionContext: true }).findOneOrFail(Content, content.id);
      expect(stored).toMatchObject({ contentType: 'audio', creator: { id: mediaItem.creator.id }, priceCents: 900 });
      expect(purchase).toMatchObject({ organization: content.organization, amountPaidCents: 900, status: 'refunded' });
      expect(access.organization).toBe(content.organization);
    });
  });

  test('makes each row younger than its parents', async ({ em }) => {
    const make = createFactories(em.fork(), 3);
    const playback = make.videoPlayback();
    const content = playback.content as Content;
    const mediaItem = content.mediaItem as MediaItem;

    expect(mediaItem.createdAt.getTime()).toBeLessThan(content.createdAt.getTime());
    expect(content.createdAt.getTime()).toBeLessThan(playback.createdAt.getTime());
  });

  test('refuses to sell or grant content without an organization', async ({ em }) => {
    const make = createFactories(em.fork(), 5);
    const content = make.content({ organization: null });

    expect(() => make.purchase({ content })).toThrow(InvalidArgumentError);
    expect(() => make.contentAccess({ content })).toThrow(InvalidArgumentError);
  });
});
