import { describe, expect } from 'vitest';
import { test } from '../support/database-per-file.js';

interface Index {
  table: string;
  columns: string[];
  predicate: string | null;
}

/** How rows are looked up, beside their keys: the columns that an index must lead with. */
const accessPaths: Record<string, string[][]> = {
  accounts: [['user_id'], ['provider_id', 'account_id']],
  sessions: [['token'], ['user_id'], ['expires_at']],
  verification_tokens: [['identifier'], ['expires_at']],
  organization_memberships: [
    ['organization_id'],
    ['user_id'],
    ['invited_by'],
    ['organization_id', 'role'],
    ['organization_id', 'status'],
  ],
  media_items: [['creator_id'], ['creator_id', 'status'], ['creator_id', 'media_type']],
  content: [
    ['creator_id'],
    ['organization_id'],
    ['media_item_id'],
    ['slug', 'organization_id'],
    ['status'],
    ['published_at'],
    ['category'],
  ],
  content_access: [['user_id'], ['content_id'], ['organization_id']],
  purchases: [['customer_id'], ['content_id'], ['organization_id'], ['stripe_payment_intent_id'], ['created_at']],
  video_playback: [['user_id'], ['content_id']],
};

/** Paths that only ever lead to live rows, so that a partial index serves them. */
const livePaths: Record<string, string[][]> = {
  organizations: [['slug']],
  content: [
    ['organization_id', 'published_at desc', 'id'],
    ['creator_id', 'created_at desc', 'id'],
    ['organization_id', 'slug'],
    ['creator_id', 'slug'],
  ],
};

const query = `
  select relname as table, pg_get_expr(indpred, indrelid) as predicate,
         array(select pg_get_indexdef(indexrelid, k, true) || case when indoption[k - 1] & 1 = 1 then ' desc' else '' end
               from generate_series(1, indnkeyatts) as k) as columns
  from pg_index join pg_class on pg_class.oid = indrelid
  where relnamespace = 'public'::regnamespace and relname <> 'mikro_orm_migrations' and not indisprimary`;

const leadsWith = (columns: string[], index: Index): boolean =>
  columns.every((column, position) => index.columns[position] === column);

describe('an index', () => {
  test('serves every access path to all rows', async ({ em }) => {
    const indexes = (await em.execute<Index[]>(query)).filter(({ predicate }) => predicate === null);

    for (const [table, paths] of Object.entries(accessPaths)) {
      for (const path of paths) {
        const serving = indexes.filter((index) => index.table === table && leadsWith(path, index));
        expect(serving, `${table} (${path})`).not.toEqual([]);
      }
    }
  });

  test('serves every access path to live rows', async ({ em }) => {
    const indexes = (await em.execute<Index[]>(query)).filter(({ predicate }) =>
      predicate?.includes('deleted_at IS NULL'),
    );

    for (const [table, paths] of Object.entries(livePaths)) {
      for (const path of paths) {
        const serving = indexes.filter((index) => index.table === table && leadsWith(path, index));
        expect(serving, `${table} (${path})`).not.toEqual([]);
      }
    }
  });

  test('serves every foreign key', async ({ em }) => {
    const uncovered = await em.execute(
      `select conrelid::regclass::text as table, conname from pg_constraint
       where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
         select from pg_index where indrelid = conrelid and indpred is null and indkey[0] = conkey[1])`,
    );

    expect(uncovered).toEqual([]);
  });

  test('is never the beginning of another one', async ({ em }) => {
    const indexes = await em.execute<Index[]>(query);
    const covered = indexes.filter((one) =>
      indexes.some(
        (other) =>
          other !== one &&
          other.table === one.table &&
          other.predicate === one.predicate &&
          other.columns.length > one.columns.length &&
          leadsWith(one.columns, other),
      ),
    );

    expect(covered).toEqual([]);
  });

  test.for([
    ['content_organization_newest_index', 'organization_id', 'published_at'],
    ['content_creator_newest_index', 'creator_id', 'created_at'],
  ] as const)('%s gives a hot list in order, without a sort', async ([index, owner, instant], { em }) => {
    const key = owner === 'creator_id' ? 'ada' : '01900000-0000-7000-8000-000000000001';
    const plan = await em.transactional(async (inner) => {
      await inner.execute('set local enable_seqscan = off');
      return inner.execute<{ 'QUERY PLAN': string }[]>(
        `explain select * from content where ${owner} = '${key}' and deleted_at is null
         order by ${instant} desc, id limit 20`,
      );
    });
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');

    expect(text).toContain(index);
    expect(text).not.toContain('Sort');
  });
});
