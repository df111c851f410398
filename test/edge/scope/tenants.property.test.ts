import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { createEdgeDatabase, type HttpExecutor, OutOfScopeError } from '../../../src/edge/index.js';
import { Content } from '../../../src/index.js';
import { type Tenant, test } from './support/tenants.js';

interface Row {
  creator_id: string;
  title: string;
}

/** What a tenant may do, and try. Each gives the rows that it was shown, its own mark being in the titles that it writes. */
const actions: Record<string, (scoped: HttpExecutor, own: Tenant, other: Tenant) => Promise<Row[]>> = {
  'read all': (scoped) => scoped.query('select creator_id, title from content'),
  'read the other’s': (scoped, _, other) =>
    scoped.sql`select creator_id, title from content where creator_id = ${other.id} or id = ${other.own}`,
  'read in a batch': async (scoped) =>
    (await scoped.batch(['select creator_id, title from content', 'table content'], { readOnly: true })).flatMap(
      ({ rows }) => rows as unknown as Row[],
    ),
  'read by Kysely': async (scoped) =>
    toRows(await createEdgeDatabase(scoped).withDeleted().selectFrom('content').selectAll().execute()),
  'read by raw SQL in Kysely': async (scoped) => {
    const db = createEdgeDatabase(scoped);
    return toRows((await db.executeQuery(sql<{ creatorId: string; title: string }>`table content`.compile(db))).rows);
  },
  'read its organization’s only': (scoped, own) =>
    scoped.scope({ creator: own.id, org: own.organization }).query('select creator_id, title from content'),
  'write all': (scoped, own) => scoped.sql`update content set title = ${own.id} returning creator_id, title`,
  'write the other’s': (scoped, own, other) =>
    scoped.sql`update content set title = ${own.id} where id in (${other.own}, ${other.published}) returning creator_id, title`,
  insert: (scoped, own) =>
    scoped.sql`insert into content (title, slug, content_type) values (${own.id}, gen_random_uuid(), 'video')
      returning creator_id, title`,
  'insert for the other': (scoped, own, other) =>
    refused(scoped.sql`insert into content (creator_id, title, slug, content_type)
      values (${other.id}, ${own.id}, gen_random_uuid(), 'video')`),
  'give away': (scoped, own, other) =>
    refused(scoped.sql`update content set creator_id = ${other.id}, media_item_id = null, title = ${own.id}`),
  fail: async (scoped) => {
    await expect(scoped.batch([`update content set title = 'lost'`, 'select 1/0'])).rejects.toThrow();
    return [];
  },
};

const toRows = (rows: { creatorId: string; title: string }[]): Row[] =>
  rows.map(({ creatorId, title }) => ({ creator_id: creatorId, title }));

const step = fc.record({ isAda: fc.boolean(), action: fc.constantFrom(...Object.keys(actions)) });
/** Steps of one wave run at the same time. */
const waves = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });

describe('two tenants on one executor', () => {
  test('never see or touch a row of each other', { timeout: 60_000 }, async ({ executor, em, world: { ada, eve } }) => {
    await fc.assert(
      fc.asyncProperty(waves, async (plan) => {
        for (const wave of plan) {
          await Promise.all(
            wave.map(async ({ isAda, action }) => {
              const [own, other] = isAda ? [ada, eve] : [eve, ada];
              const rows = await actions[action]!(executor.scope({ creator: own.id }), own, other);

              expect(rows.filter((row) => row.creator_id !== own.id || !isMarkOf(own, row.title))).toEqual([]);
            }),
          );
        }

        const stored = await em.fork().find(Content, { creator: [ada.id, eve.id] });
        expect(stored.filter(({ creator, title }) => !isMarkOf(creator.id === ada.id ? ada : eve, title))).toEqual([]);
        expect(stored.length).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: 20 },
    );
  });
});

/** A title that the tenant wrote, or the test before it began. */
const isMarkOf = ({ id }: Tenant, title: string): boolean =>
  title === id || title.toLowerCase().startsWith(`${id.split('-')[0]}’s`);

async function refused(statement: PromiseLike<unknown>): Promise<Row[]> {
  await expect(statement).rejects.toThrow(OutOfScopeError);
  return [];
}
