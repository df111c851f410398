import { wrap } from '@mikro-orm/core';
import { describe, expect, expectTypeOf } from 'vitest';
import {
  Content,
  ContentAccess,
  type EntityManager,
  inScope,
  MediaItem,
  type NewContent,
  Organization,
  OrganizationMembership,
  OutOfScopeError,
  Purchase,
  type Scope,
  type ScopedEntityManager,
  User,
  VideoPlayback,
} from '../../src/index.js';
import { test as base } from '../../src/testing/index.js';
import { next, type Row } from '../support/rows.js';
import { publish } from '../support/world.js';

const test = base.extend('own', async ({ em }) => publish(em)).extend('foreign', async ({ em }) => publish(em));

const video = () => ({ title: 'New', slug: `new-${next()}`, contentType: 'video' as const });

/** Who a stored row is of. */
const ownersOf = async (em: EntityManager, table: string, id: string): Promise<Row | undefined> => {
  const [row] = await em.fork().execute<Row[]>(`select * from ${table} where id = ?`, [id]);
  return row && { creator: row.creator_id, organization: row.organization_id, user: row.user_id ?? row.customer_id };
};

describe('a new row gets from the scope what is not given', () => {
  test('by em.create, in memory at once', async ({ orm, em, own }) => {
    const scope: Scope = { creator: own.creator.id, org: own.organization.id };
    const content = await inScope(orm, scope, async (scoped) => {
      const created = scoped.create(Content, video());
      expect([created.creator.id, created.organization?.id]).toEqual([scope.creator, scope.org]);

      return created;
    });

    expect(await ownersOf(em, 'content', content.id)).toMatchObject({
      creator: scope.creator,
      organization: scope.org,
    });
  });

  test('however it comes into the unit of work', async ({ orm, em, own }) => {
    const scope: Scope = { creator: own.creator.id, org: own.organization.id };
    const ids = await inScope(orm, scope, async (scoped) => {
      const persisted = Object.assign(new Content(), video());
      scoped.persist(persisted);
      await scoped.flush();
      const inserted = await scoped.insert(Content, video() as NewContent);
      const [many] = await scoped.insertMany(Content, [video() as NewContent]);
      const instance = await scoped.insert(Object.assign(new Content(), video()) as Content);
      const upserted = await scoped.upsert(Content, { id: crypto.randomUUID(), ...video() } as never);
      const [raw] = await scoped.execute<[{ id: string }]>(
        `insert into content (title, slug, content_type) values (?, ?, 'video') returning id`,
        ['New', `new-${next()}`],
      );
      const kysely = await scoped
        .getKysely<any>()
        .insertInto('content')
        .values({ title: 'New', slug: `new-${next()}`, content_type: 'video' })
        .returning('id')
        .executeTakeFirstOrThrow();

      return [persisted.id, inserted, many, instance, (upserted as Content).id, raw.id, kysely.id];
    });

    for (const id of ids) {
      expect(await ownersOf(em, 'content', id)).toMatchObject({ creator: scope.creator, organization: scope.org });
    }
  });

  test('by a relation to what is there', async ({ orm, em, own }) => {
    const scope: Scope = { org: own.organization.id };
    const id = await inScope(orm, scope, async (scoped) => {
      const organization = await scoped.findOneOrFail(Organization, {}, { populate: ['memberships'] });
      const membership = new OrganizationMembership();
      membership.user = scoped.getReference(User, own.creator.id) as never;
      organization.memberships.add(membership);
      await scoped.flush();

      return membership.id;
    });

    expect(await ownersOf(em, 'organization_memberships', id)).toMatchObject({ organization: scope.org });
  });

  test('for each entity that has it', async ({ orm, em, own: { creator, organization, content } }) => {
    const ids = {
      ...(await inScope(orm, { creator: creator.id }, async (scoped) => ({
        media_items: scoped.create(MediaItem, { title: 'A', mediaType: 'video', r2Key: 'a' }),
      }))),
      ...(await inScope(orm, { user: creator.id }, async (scoped) => ({
        video_playback: scoped.create(VideoPlayback, { content: content.id, durationSeconds: 60 }),
        content_access: scoped.create(ContentAccess, { content, organization, accessType: 'preview' }),
      }))),
      ...(await inScope(orm, { org: organization.id }, async (scoped) => ({
        purchases: scoped.create(Purchase, {
          customer: creator,
          content,
          amountPaidCents: 1,
          stripePaymentIntentId: `pi-${next()}`,
          status: 'completed',
        }),
        organization_memberships: scoped.create(OrganizationMembership, { user: creator }),
      }))),
    };

    expect(await ownersOf(em, 'media_items', ids.media_items.id)).toMatchObject({ creator: creator.id });
    expect(await ownersOf(em, 'video_playback', ids.video_playback.id)).toMatchObject({ user: creator.id });
    expect(await ownersOf(em, 'content_access', ids.content_access.id)).toMatchObject({ user: creator.id });
    expect(await ownersOf(em, 'purchases', ids.purchases.id)).toMatchObject({ organization: organization.id });
    expect(await ownersOf(em, 'organization_memberships', ids.organization_memberships.id)).toMatchObject({
      organization: organization.id,
    });
  });

  test('in the types of em.create only', () => {
    expectTypeOf<ScopedEntityManager>().toExtend<EntityManager>();
    const create = (em: ScopedEntityManager) => em.create(Content, video());
    // @ts-expect-error -- outside of a scope somebody has to say whose it is
    const without = (em: EntityManager) => em.create(Content, video());
    // @ts-expect-error -- a scope does not give a title
    const untitled = (em: ScopedEntityManager) => em.create(Content, { slug: 'a', contentType: 'video' });

    expect([create, without, untitled]).toHaveLength(3);
  });
});

describe('a new row of somebody else is refused', () => {
  test.for<[string, (em: ScopedEntityManager, foreign: Awaited<ReturnType<typeof publish>>) => unknown]>([
    ['em.create', (em, { organization }) => em.create(Content, { ...video(), organization: organization.id })],
    ['em.create of a creator', (em, { creator }) => em.create(Content, { ...video(), creator: creator.id })],
    [
      'em.insert',
      (em, { organization }) => em.insert(Content, { ...video(), organization: organization.id } as NewContent),
    ],
    [
      'em.upsert',
      (em, { content, organization }) =>
        em.upsert(Content, { ...video(), id: content.id, organization: organization.id } as never),
    ],
    ['an upsert of a foreign row', (em, { content }) => em.upsert(Content, { ...video(), id: content.id } as never)],
    [
      'SQL',
      (em, { organization }) =>
        em.execute(`insert into content (title, slug, content_type, organization_id) values ('a', 'a', 'video', ?)`, [
          organization.id,
        ]),
    ],
    [
      'SQL that says none',
      (em) =>
        em.execute(`insert into content (title, slug, content_type, organization_id) values ('a', 'a', 'video', null)`),
    ],
    [
      'an own row that moves',
      (em, { organization }) => em.nativeUpdate(Content, {}, { organization: organization.id }),
    ],
    ['another organization', (em) => em.create(Organization, { name: 'Mine', slug: `mine-${next()}` })],
    ['another user', (em) => em.create(User, { id: 'eve', name: 'Eve', email: 'eve@example.org' })],
  ])('by %s', async ([, write], { orm, em, own, foreign }) => {
    const scope: Scope = { creator: own.creator.id, org: own.organization.id };
    const before = await em.fork().execute("select md5(string_agg(content::text, '' order by id)) from content");
    const scoped = inScope(orm, scope, async (scoped) => void (await write(scoped, foreign)));

    await expect(scoped).rejects.toBeInstanceOf(OutOfScopeError);
    expect(await em.fork().execute("select md5(string_agg(content::text, '' order by id)) from content")).toEqual(
      before,
    );
    expect(wrap(foreign.content).isInitialized()).toBe(true);
  });
});
