import { describe, expectTypeOf, test } from 'vitest';
import { createEdgeDatabase, type EdgeDatabase, type EdgeTables } from '../../../src/edge/database/index.js';
import { createHttpExecutor } from '../../../src/edge/http-executor.js';
import type { Content } from '../../../src/index.js';

const db = createEdgeDatabase(
  createHttpExecutor({ method: 'LOCAL_PROXY', url: 'postgresql://ada@127.0.0.1/none', proxyPort: 1 }),
);

describe('the type of the edge database', () => {
  test('has nothing that needs a connection of its own, nor what would undo its plugins', () => {
    type Absent = 'transaction' | 'startTransaction' | 'connection' | 'destroy' | 'isTransaction' | 'withoutPlugins';
    expectTypeOf<Extract<keyof EdgeDatabase, Absent>>().toEqualTypeOf<never>();
    // @ts-expect-error -- HTTP has no transactions
    () => db.transaction();
    // @ts-expect-error -- nor in what withDeleted gives
    () => db.withDeleted().transaction();
    // @ts-expect-error -- nor in what withSchema gives
    () => db.withSchema('public').startTransaction();
    // @ts-expect-error -- nor after a CTE
    () => db.with('one', (cte) => cte.selectFrom('users').select('id')).transaction();
  });

  test('lacks nothing with deleted rows', () => {
    expectTypeOf(db.withDeleted()).toEqualTypeOf<EdgeDatabase>();
  });

  test('knows tables, columns and values in camelCase', () => {
    const select = () =>
      db
        .selectFrom('content')
        .leftJoin('organizations', 'organizations.id', 'content.organizationId')
        .innerJoin('mediaItems as media', 'media.id', 'content.mediaItemId')
        .select(['content.status', 'content.publishedAt', 'content.tags', 'media.r2Key', 'media.fileSizeBytes as size'])
        .select('organizations.name')
        .executeTakeFirstOrThrow();

    expectTypeOf<Awaited<ReturnType<typeof select>>>().toEqualTypeOf<{
      status: 'draft' | 'published' | 'archived';
      publishedAt: Date | null;
      tags: string[];
      r2Key: string;
      size: number | null;
      name: string | null;
    }>();
    expectTypeOf<EdgeTables['organizationMemberships']['invitedBy']>().toEqualTypeOf<string | null>();
    expectTypeOf<EdgeTables['content']['contentType']>().toEqualTypeOf<Content['contentType']>();
  });

  test('refuses what the entities do not have', () => {
    // @ts-expect-error -- no such table
    () => db.selectFrom('user');
    // @ts-expect-error -- a table's name in the database
    () => db.selectFrom('media_items');
    // @ts-expect-error -- a column's name in the database
    () => db.selectFrom('mediaItems').select('r2_key');
    // @ts-expect-error -- the relation's column is creatorId
    () => db.selectFrom('content').select('creator');
    // @ts-expect-error -- no such status
    () => db.updateTable('content').set({ status: 'deleted' });
    // @ts-expect-error -- never null
    () => db.updateTable('content').set({ title: null });
    // @ts-expect-error -- an instant is a Date
    () => db.updateTable('content').set({ publishedAt: '2026-01-01' });
    // @ts-expect-error -- tags are an array
    () => db.updateTable('content').set({ tags: 'open' });
  });

  test('asks an insert for what the database does not provide', () => {
    // @ts-expect-error -- a user's key comes from the caller
    () => db.insertInto('users').values({ name: 'Ada', email: 'ada@example.org' });
    // @ts-expect-error -- no slug
    () => db.insertInto('organizations').values({ name: 'Studio' });
    () => db.insertInto('organizations').values({ name: 'Studio', slug: 'studio' });
    () => db.insertInto('users').values({ id: 'ada', name: 'Ada', email: 'ada@example.org', image: null });
  });
});
