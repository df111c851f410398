import { CamelCasePlugin, sql } from 'kysely';
import { describe, expect, expectTypeOf } from 'vitest';
import {
  createEdgeDatabase,
  type EdgeDatabase,
  type HttpExecutor,
  ScopeRefusedError,
} from '../../../src/edge/index.js';
import { Content } from '../../../src/index.js';
import { january } from '../../support/world.js';
import { rejectionOf } from '../support/rejection.js';
import { test as base, type Tenant } from './support/tenants.js';

/** Asking for `db` is asking for the database of Ada, a creator. */
const test = base.extend('db', ({ executor, world: { ada } }) =>
  createEdgeDatabase(executor, { scope: { creator: ada.id } }),
);

const idsIn = async (db: EdgeDatabase): Promise<string[]> =>
  (await db.selectFrom('content').select('id').execute()).map(({ id }) => id).sort();

const both = ({ own, published }: Tenant): string[] => [own, published].sort();

describe('an edge database in a scope', () => {
  test('sees the rows of the scope, and no others', async ({ db, executor, world: { ada, eve } }) => {
    expect(await idsIn(db)).toEqual(both(ada));
    expect(await idsIn(createEdgeDatabase(executor, { scope: { org: eve.organization } }))).toEqual([eve.published]);
    expect(await idsIn(createEdgeDatabase(executor.scope({ creator: eve.id })))).toEqual(both(eve));
    expect(await idsIn(createEdgeDatabase(executor))).toEqual(expect.arrayContaining([...both(ada), ...both(eve)]));
  });

  test('gives joins, subqueries and CTEs no other rows either', async ({ db, world: { ada } }) => {
    const joined = await db
      .selectFrom('users')
      .leftJoin('content', 'content.creatorId', 'users.id')
      .select(['users.id', 'content.id as contentId'])
      .execute();
    const counted = await db
      .with('every', (cte) => cte.selectFrom('content').select('id'))
      .selectFrom('every')
      .select((eb) => [eb.fn.countAll().as('count'), eb.selectFrom('content').select(eb.fn.countAll().as('n')).as('n')])
      .executeTakeFirstOrThrow();

    expect(joined.map(({ contentId }) => contentId).sort()).toEqual(both(ada));
    expect(new Set(joined.map(({ id }) => id))).toEqual(new Set([ada.id]));
    expect(counted).toEqual({ count: 2, n: 2 });
  });

  test('writes the rows of the scope, and no others', async ({ db, em, world: { ada, eve } }) => {
    const updated = await db.updateTable('content').set({ title: 'Changed' }).executeTakeFirstOrThrow();
    const slug = `new-${ada.id}`;
    const inserted = await db
      .insertInto('content')
      .values({ title: 'New', slug, contentType: 'video', creatorId: ada.id })
      .returning('creatorId')
      .executeTakeFirstOrThrow();
    const foreign = db.insertInto('content').values({ title: 'New', slug, contentType: 'video', creatorId: eve.id });

    expect([updated.numUpdatedRows, inserted]).toEqual([2n, { creatorId: ada.id }]);
    expect(await rejectionOf(foreign.execute())).toMatchObject({ code: 'OUT_OF_SCOPE', subject: 'content' });
    const stored = await em.fork().find(Content, { creator: eve.id }, { orderBy: { title: 'asc' } });
    expect(stored.map(({ title }) => title)).toEqual(['Eve’s own', 'Eve’s published']);
  });

  test('hides deleted rows, and shows those of its scope with withDeleted', async ({ db, em, world: { ada, eve } }) => {
    await em.nativeUpdate(Content, [ada.own, eve.own], { deletedAt: january(5) });

    expect(await idsIn(db)).toEqual([ada.published]);
    expect(await idsIn(db.withDeleted())).toEqual(both(ada));
    expect(await idsIn(db.withDeleted().withSchema('public'))).toEqual(both(ada));
  });

  test('keeps its scope with another plugin or schema', async ({ db, world: { ada } }) => {
    const plugin = new CamelCasePlugin();

    expect(await idsIn(db.withPlugin(plugin))).toEqual(both(ada));
    expect(await idsIn(db.withSchema('public'))).toEqual(both(ada));
    expect(await idsIn(db.withSchema('public').withPlugin(plugin).withDeleted())).toEqual(both(ada));
  });

  test('keeps raw SQL in it', async ({ db, world: { ada } }) => {
    const raw = (text: string) => db.executeQuery(sql<{ id: string }>`${sql.raw(text)}`.compile(db));

    expect((await raw('select id from content')).rows.map(({ id }) => id).sort()).toEqual(both(ada));

    for (const text of ['reset role', `select set_config('role', 'none', true)`, 'commit', 'select 1; select 2']) {
      expect(await rejectionOf(raw(text))).toBeInstanceOf(ScopeRefusedError);
    }
  });

  test('asks for an executor that has scopes', ({ executor }) => {
    const onlyExecute = { execute: executor.execute };
    const onlyScope = { scope: executor.scope };

    expectTypeOf(createEdgeDatabase(onlyExecute)).toEqualTypeOf<EdgeDatabase>();
    expectTypeOf(createEdgeDatabase(onlyScope, { scope: { creator: 'ada' } })).toEqualTypeOf<EdgeDatabase>();
    expectTypeOf<HttpExecutor['scope']>().returns.toEqualTypeOf<HttpExecutor>();

    // @ts-expect-error -- the executor of a database in a scope must have scopes
    expect(() => createEdgeDatabase(onlyExecute, { scope: { creator: 'ada' } })).toThrow(TypeError);
    // @ts-expect-error -- a scope that may be missing is none
    expect(() => createEdgeDatabase(executor, { scope: undefined })).toThrow();
    // @ts-expect-error -- a user is no part of another scope
    expect(() => createEdgeDatabase(executor, { scope: { creator: 'ada', user: 'ada' } })).toThrow();
    // @ts-expect-error -- the options have a scope
    expect(() => createEdgeDatabase(executor, {})).toThrow();
  });
});
