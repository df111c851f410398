import { raw } from '@mikro-orm/core';
import {
  Content,
  ContentAccess,
  inScope,
  MediaItem,
  Organization,
  OrganizationMembership,
  type Orm,
  Purchase,
  type Scope,
  type ScopedEntityManager,
  User,
  VideoPlayback,
} from '../../../src/index.js';
import { changesBetween, idOf, organizations, readDigest, restoreWorld } from './world.js';

/** A write that is about more than one row or one table. */
export interface SpecialCell {
  name: string;
  covers: string[];
  scope: Scope;
  /** The code, or the constraint, of the error that it ends with. */
  refusal?: string;
  /** The rows that are different afterwards. */
  changes: string[];
  run(em: ScopedEntityManager): unknown;
}

const a = { org: organizations.a };
const creator = { creator: 'creator-a' };
const creatorInA = { ...creator, ...a };
const buyer = { user: 'buyer-a' };

const content = (name: string) => idOf('content', name);
const media = (name: string) => idOf('media_items', name);
const changed = (table: string, name: string) => `changed ${table} ${idOf(table, name)}`;
/** The organization is the scope's, though MikroORM's type asks for it. */
const left = { organization: undefined as never };
const outOfScope = { refusal: 'OUT_OF_SCOPE', changes: [] };

/** Rows that go from one scope to another. */
const moves: SpecialCell[] = [
  {
    name: 'em.nativeUpdate gives content to another organization',
    covers: ['EntityManager.nativeUpdate'],
    scope: a,
    ...outOfScope,
    run: (em) => em.nativeUpdate(Content, content('published of a'), { organization: organizations.b }),
  },
  {
    name: 'em.nativeUpdate takes content out of every organization',
    covers: ['EntityManager.nativeUpdate'],
    scope: a,
    ...outOfScope,
    run: (em) => em.nativeUpdate(Content, content('published of a'), { organization: null }),
  },
  {
    name: 'a flush gives content to another organization',
    covers: ['EntityManager.assign'],
    scope: a,
    ...outOfScope,
    run: async (em) => {
      const own = await em.findOneOrFail(Content, content('published of a'));
      em.assign(own, { organization: organizations.b });
    },
  },
  {
    name: 'a flush takes content from another organization',
    covers: ['EntityManager.assign'],
    scope: a,
    ...outOfScope,
    run: (em) => {
      em.assign(em.getReference(Content, content('published of b')), { organization: organizations.a });
    },
  },
  {
    name: 'a flush gives a media item to another creator',
    covers: ['EntityManager.assign'],
    scope: creator,
    ...outOfScope,
    run: (em) => {
      em.assign(em.getReference(MediaItem, media('unused of a')), { creator: 'creator-b' });
    },
  },
  {
    name: 'a creator in an organization gives content to another creator',
    covers: ['EntityManager.nativeUpdate'],
    scope: creatorInA,
    ...outOfScope,
    run: (em) => em.nativeUpdate(Content, content('published of a'), { creator: 'creator-b', mediaItem: null }),
  },
  {
    name: 'a creator in an organization gives content to another organization',
    covers: ['EntityManager.nativeUpdate'],
    scope: creatorInA,
    ...outOfScope,
    run: (em) => em.nativeUpdate(Content, content('published of a'), { organization: organizations.b }),
  },
  {
    name: 'SQL gives every membership to another organization',
    covers: ['EntityManager.execute'],
    scope: a,
    ...outOfScope,
    run: (em) => em.execute('update organization_memberships set organization_id = ?', [organizations.b]),
  },
  {
    name: 'SQL gives every access to somebody else',
    covers: ['EntityManager.execute'],
    scope: buyer,
    ...outOfScope,
    run: (em) => em.execute(`update content_access set user_id = 'buyer-b'`),
  },
  {
    name: 'SQL gives every purchase to somebody else',
    covers: ['EntityManager.execute'],
    scope: buyer,
    ...outOfScope,
    run: (em) => em.execute(`update purchases set customer_id = 'buyer-b'`),
  },
  {
    name: 'SQL gives every playback to somebody else',
    covers: ['EntityManager.execute'],
    scope: buyer,
    ...outOfScope,
    run: (em) => em.execute(`update video_playback set user_id = 'owner-b'`),
  },
  {
    name: 'SQL makes the user somebody else',
    covers: ['EntityManager.execute'],
    scope: { user: 'stranger' },
    ...outOfScope,
    run: (em) => em.execute(`update users set id = 'somebody'`),
  },
  {
    name: 'SQL makes the organization another one',
    covers: ['EntityManager.execute'],
    scope: { org: organizations.closed },
    ...outOfScope,
    run: (em) => em.execute('update organizations set id = ?', ['11111111-1111-4111-8111-111111111111']),
  },
  {
    name: "a new entity by its constructor is the scope's",
    covers: ['EntityManager.persist'],
    scope: creatorInA,
    changes: ['new content'],
    run: async (em) => {
      const made = Object.assign(new Content(), { title: 'New', slug: 'new', contentType: 'video' });
      await em.persist(made).flush();

      if (made.organization?.id !== organizations.a || made.creator.id !== 'creator-a') {
        throw new Error('It does not know whose it is.');
      }
    },
  },
  {
    name: 'an error that is caught takes back what was written before',
    covers: ['EntityManager.execute'],
    scope: a,
    refusal: 'QUERY_FAILED',
    changes: [],
    run: async (em) => {
      await em.nativeUpdate(Content, {}, { title: 'Changed' });
      await em.execute('select 1 / 0').catch(() => {});
    },
  },
  {
    name: 'a creator takes content out of its organization, as a draft',
    covers: ['EntityManager.nativeUpdate'],
    scope: creator,
    changes: [changed('content', 'abroad of a')],
    run: async (em) => {
      await em.nativeUpdate(Content, content('abroad of a'), { organization: null });
      const { status } = await em.findOneOrFail(Content, content('abroad of a'));

      if (status !== 'draft') {
        throw new Error(`It is ${status}.`);
      }
    },
  },
];

/** Rows that refer to others. */
const references: SpecialCell[] = [
  foreignMedia('that belongs to another creator', media('unused of b')),
  foreignMedia('that does not exist', '11111111-1111-4111-8111-111111111111'),
  {
    name: 'an update to a media item of another creator',
    covers: ['EntityManager.nativeUpdate'],
    scope: a,
    refusal: 'content_media_item_of_creator',
    changes: [],
    run: (em) => em.nativeUpdate(Content, content('published of a'), { mediaItem: media('guest of a') }),
  },
  ...[content('published of b'), '11111111-1111-4111-8111-111111111111'].flatMap((key, index): SpecialCell[] => [
    {
      name: `access to ${index ? 'missing' : 'foreign'} content`,
      covers: ['EntityManager.insert'],
      scope: a,
      refusal: 'content_access_organization_of_content',
      changes: [],
      run: (em) => em.insert(ContentAccess, { content: key, accessType: 'preview', user: 'stranger', ...left }),
    },
    {
      name: `a purchase of ${index ? 'missing' : 'foreign'} content`,
      covers: ['EntityManager.insert'],
      scope: a,
      refusal: 'purchases_organization_of_content',
      changes: [],
      run: (em) =>
        em.insert(Purchase, {
          content: key,
          customer: 'stranger',
          amountPaidCents: 1,
          stripePaymentIntentId: 'new',
          status: 'pending',
          ...left,
        }),
    },
  ]),
  {
    name: 'a media item that is used goes to another creator',
    covers: ['EntityManager.execute'],
    scope: creator,
    refusal: 'media_items_creator_of_content',
    changes: [],
    run: (em) => em.execute(`update media_items set creator_id = 'creator-b' where id = ?`, [media('used of a')]),
  },
];

function foreignMedia(which: string, mediaItem: string): SpecialCell {
  return {
    name: `new content with a media item ${which}`,
    covers: ['EntityManager.create'],
    scope: creator,
    refusal: 'content_media_item_of_creator',
    changes: [],
    run: (em) => {
      em.create(Content, { mediaItem, title: 'New', slug: 'new', contentType: 'video' });
    },
  };
}

/** Writes by a key other than the primary one, and copies. */
const upsertsAndCopies: SpecialCell[] = [
  {
    name: 'em.upsert of an own membership',
    covers: ['EntityManager.upsert'],
    scope: a,
    changes: [changed('organization_memberships', 'creator-a in a')],
    run: (em) => em.upsert(OrganizationMembership, { organization: organizations.a, user: 'creator-a', role: 'admin' }),
  },
  {
    name: 'em.upsert of a foreign membership',
    covers: ['EntityManager.upsert'],
    scope: a,
    ...outOfScope,
    run: (em) => em.upsert(OrganizationMembership, { organization: organizations.b, user: 'creator-b', role: 'admin' }),
  },
  {
    name: 'em.upsert of a foreign purchase',
    covers: ['EntityManager.upsert'],
    scope: a,
    ...outOfScope,
    run: (em) =>
      em.upsert(
        Purchase,
        {
          stripePaymentIntentId: `pi buyer-b: deleted of b`,
          content: content('guest of a'),
          organization: organizations.a,
          customer: 'stranger',
          amountPaidCents: 1,
          status: 'pending',
        },
        { onConflictFields: ['stripePaymentIntentId'] },
      ),
  },
  {
    name: 'repository.createOrFindByEmail of somebody else',
    covers: ['UserRepository.createOrFindByEmail'],
    scope: buyer,
    ...outOfScope,
    run: (em) =>
      em.getRepository(User).createOrFindByEmail({ id: 'buyer-a', name: 'Ada', email: 'buyer-b@example.org' }),
  },
  {
    name: 'repository.saveProgress for somebody else',
    covers: ['VideoPlaybackRepository.saveProgress'],
    scope: buyer,
    ...outOfScope,
    run: (em) =>
      em.getRepository(VideoPlayback).saveProgress({
        userId: 'buyer-b',
        contentId: content('published of b'),
        positionSeconds: 2,
        durationSeconds: 3,
      }),
  },
  {
    name: 'em.clone of own content',
    covers: ['EntityManager.clone'],
    scope: a,
    changes: ['new content'],
    run: (em) => em.clone(Content, { id: content('published of a') }, { slug: 'copy' }),
  },
  ...[content('published of b'), '11111111-1111-4111-8111-111111111111'].map((key, index) => ({
    // MikroORM copies nothing, and returns some row of the scope as if it were the copy.
    name: `em.clone of ${index ? 'missing' : 'foreign'} content`,
    covers: ['EntityManager.clone'],
    scope: a,
    changes: [],
    run: (em: ScopedEntityManager) => em.clone(Content, { id: key }, { slug: 'copy', organization: organizations.a }),
  })),
  {
    name: 'em.clone of own content into another organization',
    covers: ['EntityManager.clone'],
    scope: a,
    ...outOfScope,
    run: (em) => em.clone(Content, { id: content('published of a') }, { slug: 'copy', organization: organizations.b }),
  },
  {
    name: 'SQL copies all that it sees',
    covers: ['EntityManager.execute'],
    scope: creatorInA,
    changes: ['new content', 'new content'],
    run: (em) =>
      em.execute(
        `insert into content (title, slug, content_type) select title, slug || '-copy', content_type from content`,
      ),
  },
  {
    name: 'qb.insertFrom copies all that it sees',
    covers: ['QueryBuilder.insertFrom'],
    scope: a,
    changes: [],
    refusal: 'organization_memberships_organization_id_user_id_unique',
    run: (em) =>
      em
        .createQueryBuilder(OrganizationMembership)
        .insertFrom(em.createQueryBuilder(OrganizationMembership, 'm').select(['organization', 'user']), {
          columns: ['organization', 'user'],
        } as never)
        .execute(),
  },
];

/** Collections, and what is brought back. */
const collections: SpecialCell[] = [
  {
    name: 'Collection.add of foreign content',
    covers: ['Collection.add'],
    scope: a,
    ...outOfScope,
    run: async (em) => {
      const { content: all } = await em.findOneOrFail(Organization, organizations.a, { populate: ['content'] });
      all.add(em.getReference(Content, content('published of b')));
    },
  },
  {
    name: 'Collection.set of foreign content',
    covers: ['Collection.set'],
    scope: a,
    ...outOfScope,
    run: async (em) => {
      const { content: all } = await em.findOneOrFail(Organization, organizations.a, { populate: ['content'] });
      all.set([...all.getItems(), em.getReference(Content, content('published of b'))]);
    },
  },
  {
    name: 'Collection.remove of own content',
    covers: ['Collection.remove'],
    scope: a,
    changes: [changed('content', 'published of a')],
    run: async (em) => {
      const { content: users } = await em.findOneOrFail(MediaItem, media('used of a'), { populate: ['content'] });
      users.remove(({ id }) => id === content('published of a'));
    },
  },
  {
    name: 'Collection.removeAll leaves what the scope does not see',
    covers: ['Collection.removeAll'],
    scope: a,
    changes: [changed('content', 'published of a')],
    run: async (em) => {
      const { content: users } = await em.findOneOrFail(MediaItem, media('used of a'), { populate: ['content'] });
      users.removeAll();
    },
  },
  {
    name: 'em.restore of own content',
    covers: ['EntityManager.restore'],
    scope: a,
    changes: [changed('content', 'deleted of a')],
    run: (em) => em.restore(Content, content('deleted of a')),
  },
  ...[content('deleted of b'), '11111111-1111-4111-8111-111111111111'].map((key, index) => ({
    name: `em.restore of ${index ? 'missing' : 'foreign'} content`,
    covers: ['EntityManager.restore'],
    scope: a,
    refusal: 'NOT_FOUND',
    changes: [],
    run: (em: ScopedEntityManager) => em.restore(Content, key),
  })),
  {
    name: 'qb.truncate',
    covers: ['QueryBuilder.truncate'],
    scope: a,
    refusal: 'SCOPE_REFUSED',
    changes: [],
    run: (em) => em.createQueryBuilder(OrganizationMembership).truncate().execute(),
  },
  {
    name: 'qb.ignore over a foreign row',
    covers: ['QueryBuilder.ignore'],
    scope: buyer,
    changes: [],
    run: (em) =>
      em
        .createQueryBuilder(VideoPlayback)
        .insert({
          id: idOf('video_playback', 'buyer-b: published of b'),
          content: content('guest of a'),
          durationSeconds: 1,
          user: 'buyer-a',
        })
        .onConflict('id')
        .ignore()
        .execute('run'),
  },
  {
    name: 'kysely.replaceInto, which PostgreSQL does not have',
    covers: ['Kysely.replaceInto'],
    scope: a,
    refusal: 'SCOPE_REFUSED',
    changes: [],
    run: (em) =>
      em
        .getKysely<any>()
        .replaceInto('content')
        .values({ id: content('published of b') })
        .execute(),
  },
  {
    name: 'em.nativeUpdate of all that it sees',
    covers: ['EntityManager.nativeUpdate'],
    scope: creatorInA,
    changes: [changed('content', 'published of a')],
    run: (em) => em.nativeUpdate(Content, {}, { title: raw(`title || '!'`) as never }),
  },
];

export const specialCells: readonly SpecialCell[] = [...moves, ...references, ...upsertsAndCopies, ...collections];

/** What is wrong with a cell, in words; the world is as before then. */
export async function faultOfCell(orm: Orm, { name, scope, run, refusal, changes }: SpecialCell): Promise<string[]> {
  const before = await readDigest(orm);
  const said = await inScope(orm, scope, run).then(
    () => undefined,
    (error) => error.constraint ?? error.code ?? error.name,
  );
  const found = changesBetween(before, await readDigest(orm)).map((change) => change.replace(/^(new \S+) .*/, '$1'));
  found.length > 0 && (await restoreWorld(orm));

  return said === refusal && `${found}` === `${changes}`
    ? []
    : [
        `${name} ends with ${said} and ${found.join(', ') || 'nothing'}, not with ${refusal} and ${changes.join(', ') || 'nothing'}`,
      ];
}
