import { describe, expect } from 'vitest';
import { test } from '../support/database-per-file.js';

describe('an index', () => {
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
