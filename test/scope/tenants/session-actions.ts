import { type EntityClass, wrap } from '@mikro-orm/core';
import {
  Account,
  Content,
  ContentAccess,
  inScope,
  MediaItem,
  Organization,
  OrganizationMembership,
  type Orm,
  Purchase,
  type ScopedEntityManager,
  User,
  VideoPlayback,
} from '../../../src/index.js';
import { Interrupted, type Turn } from './program.js';
import { creatorOf, mark, memberOf, organizationOf, tables, uuidOf } from './world.js';

type Action = (em: ScopedEntityManager, turn: Turn, orm: Orm) => Promise<unknown>;

const entities = [
  Content,
  MediaItem,
  Organization,
  OrganizationMembership,
  User,
  ContentAccess,
  Purchase,
  VideoPlayback,
  Account,
] as const;
const removable = [OrganizationMembership, ContentAccess, VideoPlayback] as const;

const choose = <Value>(values: readonly Value[], pick: number): Value => values[pick % values.length]!;
const isEven = (pick: number): boolean => pick % 2 === 0;
const title = ({ own, pick }: Turn): string => `${pick} ${mark(own)}`;
const slug = ({ own }: Turn): string => `${crypto.randomUUID()} ${mark(own)}`;

export const reads: Record<string, Action> = {
  find: (em, { pick }) =>
    em.find<object>(choose<any>(entities, pick), {}, isEven(pick) ? {} : { filters: { notDeleted: false } }),
  'find the other’s': async (em, { other }) => [
    await em.findOne(Content, uuidOf(other, 6)),
    await em.findOne(User, creatorOf(other)),
    await em.findOne(Organization, { id: organizationOf(other) }),
    await em.count(Content, { $or: [{ creator: creatorOf(other) }, { organization: organizationOf(other) }] }),
  ],
  'find by the other’s relations': (em, { other }) =>
    em.find(Content, {
      $or: [{ organization: { slug: { $like: `%${mark(other)}` } } }, { creator: { name: { $ne: '' } } }],
    }),
  populate: async (em, { pick }) => [
    await em.find(Content, {}, { populate: ['creator', 'mediaItem', 'organization'], strategy: 'joined' }),
    await em.find(MediaItem, {}, { populate: ['creator', 'content'], strategy: 'select-in' }),
    isEven(pick) && (await em.find(Organization, {}, { populate: ['memberships.user', 'content.mediaItem'] })),
  ],
  'load lazily': async (em) => {
    const found = await em.find(Content, {});
    return Promise.all(found.map(({ creator }) => wrap(creator).init()));
  },
  'query builder': (em, { pick }) =>
    em.createQueryBuilder(choose<EntityClass<object>>(entities, pick)).select('*').execute(),
  'query builder with joins': (em) =>
    em
      .createQueryBuilder(Content, 'c')
      .leftJoinAndSelect('c.creator', 'u')
      .leftJoinAndSelect('c.mediaItem', 'm')
      .getResult(),
  kysely: (em, { pick }) => em.getKysely<any>().selectFrom(choose(tables, pick)).selectAll().execute(),
  'raw SQL': (em, { pick }) => em.execute(`select * from ${choose(tables, pick)} as each`),
  'raw SQL that asks for all': (em, { other }) =>
    em.execute(
      `select c.*, u.*, m.* from content c full join users u on u.id = c.creator_id full join media_items m on true
       where c.creator_id = ? or true`,
      [creatorOf(other)],
    ),
  'a stream': async (em) => {
    const rows = [];

    for await (const row of em.getKysely().selectFrom('content').selectAll().stream()) {
      rows.push(row);
    }

    return rows;
  },
  'a narrower scope': (_, { scope, own }, orm) =>
    inScope(orm, narrower(scope, own), (em) => em.find(Content, {}, { populate: ['creator', 'mediaItem'] })),
  'another scope': (_, { other }, orm) => inScope(orm, { org: organizationOf(other) }, (em) => em.find(Content, {})),
  'a failing statement': (em) => em.execute('select 1 / 0'),
  'a failing statement in a savepoint': (em) =>
    em.transactional((inner) => inner.execute('select 1 / 0')).catch(() => []),
  'an escape': (em, { other, pick }) =>
    em.execute(
      choose(
        [
          'reset role',
          'commit',
          `select set_config('codex.org', '${organizationOf(other)}', true), * from content`,
          `select 1; set role none; select * from content`,
        ],
        pick,
      ),
    ),
  'nobody awaits it': async (em, { pick, leave }) => {
    const late = [em.find(Content, {}), em.execute('select * from users'), em.find(MediaItem, {})];
    late.forEach(leave);

    return isEven(pick) ? Promise.race(late) : [];
  },
};

export const writes: Record<string, Action> = {
  create: async (em, turn) => {
    const content = em.create(Content, {
      creator: creatorOf(turn.own),
      title: title(turn),
      slug: slug(turn),
      contentType: 'written',
      ...(turn.scope.org && { organization: turn.scope.org }),
    });
    await em.flush();

    return em.refresh(content);
  },
  'change its own': async (em, turn) => {
    const found = await em.find(Content, {});
    found.forEach((content) => {
      content.title = title(turn);
    });
    await em.flush();

    return found;
  },
  'change the other’s': async (em, turn) => {
    Object.assign(em.getReference(Content, uuidOf(turn.other, 6)), { title: title(turn) });
    await em.flush();
  },
  'remove its own': async (em, { pick }) => {
    const found = await em.find<object>(choose<any>([...removable, Content], pick), {});
    found.slice(0, 1).forEach((each) => void em.remove(each));
    await em.flush();

    return found;
  },
  'remove the other’s': async (em, { other, pick }) => {
    const [entity, number] = choose<[any, number]>(
      [
        [Content, 6],
        [OrganizationMembership, 3],
        [VideoPlayback, 11],
      ],
      pick,
    );
    em.remove(em.getReference<object>(entity, uuidOf(other, number) as never));
    await em.flush();
  },
  upsert: (em, turn) =>
    em.upsert(Content, {
      id: uuidOf(isEven(turn.pick) ? turn.own : turn.other, 7),
      creator: creatorOf(turn.own),
      title: title(turn),
      slug: slug(turn),
      contentType: 'video',
    }),
  'native update': async (em, turn) => [
    await em.nativeUpdate(Content, isEven(turn.pick) ? {} : { creator: creatorOf(turn.other) }, { title: title(turn) }),
    await em.nativeUpdate(MediaItem, {}, { title: title(turn) }),
    await em.nativeUpdate(User, {}, { name: title(turn) }),
  ],
  'native delete': (em, { other, pick }) =>
    em.nativeDelete<any>(choose<any>(removable, pick), isEven(pick) ? {} : { id: uuidOf(other, 11) }),
  'query builder that changes all': (em, turn) =>
    em
      .createQueryBuilder(Content)
      .update({ title: title(turn) })
      .execute(),
  'kysely that changes all': (em, turn) =>
    em
      .getKysely()
      .updateTable('content')
      .set({ title: title(turn) })
      .returningAll()
      .execute(),
  'raw SQL that changes all': (em, turn) =>
    em.execute(`update ${choose(['content', 'media_items'], turn.pick)} as each set title = ? returning each.*`, [
      title(turn),
    ]),
  'raw SQL that removes all': (em, { pick }) =>
    em.execute(
      `delete from ${choose(['organization_memberships', 'content_access', 'video_playback', 'purchases'], pick)} as each returning each.*`,
    ),
  'raw SQL that inserts for the other': (em, turn) =>
    em.execute(
      `insert into organization_memberships (organization_id, user_id) values (?, ?) on conflict do nothing returning *`,
      // A user may join any organization, and an organization take in any user: the scope's own part is the other's here.
      turn.scope.user
        ? [organizationOf(turn.own), memberOf(turn.other)]
        : [organizationOf(turn.other), memberOf(turn.own)],
    ),
  'a change in a savepoint': async (em, turn) => {
    const change = em.transactional(async (inner) => {
      await inner.nativeUpdate(Content, {}, { title: title(turn) });

      if (isEven(turn.pick)) {
        throw new Interrupted('in a savepoint');
      }
    });
    await change.catch(() => {});

    return em.find(Content, {});
  },
  'a change in a narrower scope': (_, turn, orm) =>
    inScope(orm, narrower(turn.scope, turn.own), async (em) => {
      await em.nativeUpdate(Content, {}, { title: title(turn) });
      return em.find(Content, {});
    }),
  'a change that nobody awaits': async (em, turn) => {
    turn.leave(em.nativeUpdate(Content, {}, { title: title(turn) }));
    turn.leave(em.execute('update media_items set title = ?', [title(turn)]));
  },
  'a change that is taken back': async (em, turn) => {
    await em.nativeUpdate(Content, {}, { title: title(turn) });
    throw new Interrupted('at the end');
  },
};

const narrower = (scope: Turn['scope'], own: Turn['own']): Turn['scope'] =>
  scope.user ? scope : { creator: creatorOf(own), org: organizationOf(own) };
