import { describe, expect } from 'vitest';
import { Content, inScope, type Orm, type Scope, type ScopedEntityManager } from '../../../src/index.js';
import { test } from '../../support/database-per-file.js';
import { isAllowed, rules } from './expectation.js';
import { scopeOfEachKind } from './scopes.js';
import { columnOf, subjectsOf } from './subjects.js';
import { createWorld, idOf, organizations } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

const missing = '11111111-1111-4111-8111-111111111111';

/** Unique columns by which a scope can learn that there is a row of somebody else, and why the model has them. */
const knownUniques: Record<string, string> = {
  'organizations (slug)': 'A slug is a place in URLs, which everybody can see.',
  'purchases (stripe_payment_intent_id)': 'Stripe gives the same key only once, whoever is paid.',
  'users (email)': 'Nobody can sign in twice.',
};

/** References to rows that the scope does not have: they can be made where such a row is, and not where none is. */
const knownReferences: string[] = [
  'content.creator_id',
  'content.organization_id',
  'content_access.user_id',
  'content_access.organization_id',
  'organization_memberships.organization_id',
  'organization_memberships.user_id',
  'organization_memberships.invited_by',
  'purchases.customer_id',
  'purchases.organization_id',
  'video_playback.content_id',
];

test('a unique column tells of rows of others only where the model wants it so', async ({ orm }) => {
  const uniques = await orm.em.fork().execute<{ table: string; columns: string[] }[]>(
    `select indrelid::regclass::text as "table", array_agg(attname::text order by ordinality) as columns
     from pg_index cross join unnest(indkey) with ordinality as key (attnum, ordinality)
     join pg_attribute as a on a.attrelid = indrelid and a.attnum = key.attnum
     where indrelid = any (?::regclass[]) and indisunique and not indisprimary group by indrelid, indexrelid`,
    [`{${Object.keys(rules)}}`],
  );
  const telling = uniques.filter(({ table, columns }) => {
    const sights = Object.entries(rules[table]!.sights);
    // A scope that cannot write the table meets none of its uniques.
    const writers = sights.filter(([, sight]) => typeof sight === 'string').map(([, column]) => column as string);
    return writers.some((owner) => !columns.includes(owner));
  });

  expect(telling.map(({ table, columns }) => `${table} (${columns.join(', ')})`).sort()).toEqual(
    [...Object.keys(knownUniques), ...uniquesOfOtherKinds].sort(),
  );
});

/** Unique for one kind of scope within its own rows, and for another kind within those of others. */
const uniquesOfOtherKinds = [
  'content (creator_id, slug)',
  'content (organization_id, slug)',
  'content_access (user_id, content_id)',
];

test('a reference tells of rows of others only where the model wants it so', async ({ orm }) => {
  const telling = subjectsOf(orm).flatMap(({ table, meta }) =>
    meta.relations
      .filter(({ kind }) => kind === 'm:1')
      .filter(() => Object.values(scopeOfEachKind).some((scope) => isAllowed(scope, table, 'insert')))
      .map((property) => `${table}.${columnOf(property)}`),
  );
  const heldByRules = [
    'content.media_item_id',
    'content_access.content_id',
    'purchases.content_id',
    // The scope's own, in all kinds that may write them.
    'media_items.creator_id',
    'video_playback.user_id',
  ];

  expect(telling.sort()).toEqual([...knownReferences, ...heldByRules].sort());
});

test('the slug of a content that another organization has is free', async ({ orm }) => {
  const video = { creator: 'creator-a', title: 'New', slug: 'only-in-b', contentType: 'video' } as const;
  await orm.em.fork().insert(Content, { ...video, organization: organizations.b });

  const made = await inScope(orm, { org: organizations.a }, async (em) => {
    em.create(Content, video);
    await em.flush();
    return em.count(Content, { slug: video.slug });
  });

  expect(made).toBe(1);
});

/** The same question about a foreign and about a missing row. */
const questions: [name: string, scope: Scope, ask: (em: ScopedEntityManager, key: string) => unknown][] = [
  ['em.findOneOrFail', { org: organizations.a }, (em, key) => em.findOneOrFail(Content, key)],
  ['em.refreshOrFail', { org: organizations.a }, (em, key) => em.refreshOrFail(em.getReference(Content, key))],
  ['em.restore', { org: organizations.a }, (em, key) => em.restore(Content, key)],
  ['em.nativeUpdate', { org: organizations.a }, (em, key) => em.nativeUpdate(Content, key, { title: 'x' })],
  ['a flush', { org: organizations.a }, (em, key) => void em.assign(em.getReference(Content, key), { title: 'x' })],
  [
    'a media item',
    { creator: 'creator-b' },
    (em, mediaItem) => void em.create(Content, { mediaItem, title: 'x', slug: 'x', contentType: 'video' }),
  ],
];

describe.for(questions)('%s', ([, scope, ask]) => {
  test('answers a foreign row like a missing one, in every word', async ({ orm }) => {
    const foreign = idOf(scope.org ? 'content' : 'media_items', scope.org ? 'published of b' : 'unused of a');

    expect(await answerTo(orm, scope, ask, foreign)).toEqual(await answerTo(orm, scope, ask, missing));
  });
});

async function answerTo(
  orm: Orm,
  scope: Scope,
  ask: (em: ScopedEntityManager, key: string) => unknown,
  key: string,
): Promise<unknown> {
  return inScope(orm, scope, (em) => ask(em, key)).catch((error) => ({
    ...error,
    name: error.name,
    message: error.message.replaceAll(key, '<key>'),
    cause: error.cause && { ...error.cause, message: error.cause.message.replaceAll(key, '<key>') },
  }));
}
