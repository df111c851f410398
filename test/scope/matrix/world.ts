import type { Orm } from '../../../src/index.js';
import { stableUuid } from '../../../src/seeders/stable-uuid.js';

/** A row as the database has it: by column. */
export interface Row {
  table: string;
  id: string;
  [column: string]: unknown;
}

export type Tenant = 'a' | 'b';
const other = (tenant: Tenant): Tenant => (tenant === 'a' ? 'b' : 'a');

/** The key of a row, from what it is called: `published of a`. */
export const idOf = (table: string, name: string): string => stableUuid(`matrix/${table}/${name}`);

export const organizations = {
  a: idOf('organizations', 'a'),
  b: idOf('organizations', 'b'),
  /** Marked as deleted, and nothing refers to it. */
  closed: idOf('organizations', 'closed'),
};

const past = '2026-01-15T12:00:00.000Z';
const future = '2030-01-01T00:00:00.000Z';

/**
 * Two organizations that mirror each other, and what belongs to neither.
 *
 * `creator-a` works for both, `guest-a` is no member of the one that publishes it, `owner-a` has no content, and
 * `buyer-a` has bought from both. The slugs of one organization are also those of the other one.
 */
export const rows: readonly Row[] = [
  user('stranger'),
  ...tenant('a', users),
  ...tenant('b', users),
  row('organizations', 'closed', { id: organizations.closed, name: 'Closed', slug: 'closed', deleted_at: past }),
  ...tenant('a', (of) => [row('organizations', of, { name: `Studio ${of}`, slug: `studio-${of}` })]),
  ...tenant('b', (of) => [row('organizations', of, { name: `Studio ${of}`, slug: `studio-${of}` })]),
  ...tenant('a', belongings),
  ...tenant('b', belongings),
  ...tenant('a', trade),
  ...tenant('b', trade),
];

/** Tables before those that refer to them. */
export const tables: readonly string[] = [...new Set(rows.map(({ table }) => table))];

/** A row in words. */
export const nameOf = (row: Row): string =>
  `${row.table} ${row.title ?? row.name ?? ''} of ${row.creator_id ?? row.user_id ?? row.customer_id ?? 'none'} in ${row.organization_id ?? 'none'} (${row.id})`;

function users(of: Tenant): Row[] {
  return [
    ...['owner', 'creator', 'guest', 'member', 'buyer'].map((role) => user(`${role}-${of}`)),
    ...['creator', 'buyer'].flatMap((role) => [
      row('accounts', `${role} of ${of}`, {
        account_id: role,
        provider_id: 'credential',
        user_id: `${role}-${of}`,
        password: `hash of ${role}-${of}`,
      }),
      row('sessions', `${role} of ${of}`, {
        user_id: `${role}-${of}`,
        token: `token of ${role}-${of}`,
        expires_at: future,
      }),
    ]),
    row('verification_tokens', of, { identifier: `buyer-${of}@example.org`, value: 'value', expires_at: future }),
  ];
}

function belongings(of: Tenant): Row[] {
  const [creator, guest] = [`creator-${of}`, `guest-${of}`];
  const member = (user: string, role: string, to: Tenant = of) =>
    row('organization_memberships', `${user} in ${to}`, {
      organization_id: organizations[to],
      user_id: user,
      invited_by: role === 'member' ? `owner-${to}` : null,
      role,
    });
  const media = (name: string, data: object = {}) =>
    row('media_items', `${name} of ${of}`, {
      creator_id: creator,
      title: name,
      media_type: 'video',
      r2_key: `${name}-${of}`,
      ...data,
    });
  const content = (name: string, item: string | null, data: object = {}) =>
    row('content', `${name} of ${of}`, {
      creator_id: creator,
      organization_id: organizations[of],
      media_item_id: item && idOf('media_items', `${item} of ${of}`),
      title: name,
      slug: name,
      content_type: 'video',
      status: 'published',
      published_at: past,
      deleted_at: null,
      ...data,
    });

  return [
    member(`owner-${of}`, 'owner'),
    member(creator, 'creator'),
    member(`member-${of}`, 'member'),
    member(creator, 'creator', other(of)),
    media('used', { deleted_at: null }),
    media('unused', { deleted_at: null }),
    media('private', { deleted_at: null }),
    media('guest', { creator_id: guest, deleted_at: null }),
    media('old', { deleted_at: past }),
    media('discarded', { deleted_at: past }),
    content('published', 'used'),
    content('guest', 'guest', { creator_id: guest }),
    content('abroad', 'used', { organization_id: organizations[other(of)] }),
    content('deleted', 'old', { deleted_at: past }),
    content('personal', 'private', { organization_id: null }),
    content('discarded', 'discarded', { organization_id: null, deleted_at: past }),
  ];
}

function trade(of: Tenant): Row[] {
  const shelf: [user: string, content: string, from: Tenant][] = [
    [`buyer-${of}`, `published of ${of}`, of],
    [`buyer-${of}`, `deleted of ${of}`, of],
    [`buyer-${of}`, `published of ${other(of)}`, other(of)],
    [`member-${of}`, `guest of ${of}`, of],
  ];

  return shelf.flatMap(([user, content, from]) => {
    const name = `${user}: ${content}`;
    const content_id = idOf('content', content);
    const organization_id = organizations[from];

    return [
      row('content_access', name, { user_id: user, content_id, organization_id, access_type: 'purchased' }),
      row('purchases', name, {
        customer_id: user,
        content_id,
        organization_id,
        amount_paid_cents: 500,
        stripe_payment_intent_id: `pi ${name}`,
        status: 'completed',
      }),
      row('video_playback', name, { user_id: user, content_id, position_seconds: 1, duration_seconds: 600 }),
    ];
  });
}

function tenant(of: Tenant, build: (of: Tenant) => Row[]): Row[] {
  return build(of);
}

function user(id: string): Row {
  return row('users', id, { id, name: id, email: `${id}@example.org` });
}

function row(table: string, name: string, data: object): Row {
  return { table, id: idOf(table, name), ...data };
}

/** Writes the world to an empty database, with a copy of it to return to. */
export async function createWorld(orm: Orm): Promise<void> {
  const em = orm.em.fork();

  for (const { table, ...data } of rows) {
    const columns = Object.keys(data);
    await em.execute(
      `insert into "${table}" (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
      Object.values(data),
    );
  }

  await em.execute('create schema untouched');

  for (const table of tables) {
    await em.execute(`create table untouched."${table}" as table public."${table}"`);
  }
}

/** Makes every row again what it was, and removes what came to it. */
export async function restoreWorld(orm: Orm): Promise<void> {
  await orm.em
    .fork()
    .execute(
      [
        ...tables.toReversed().map((table) => `delete from public."${table}"`),
        ...tables.map((table) => `insert into public."${table}" select * from untouched."${table}"`),
      ].join(';'),
    );
}

/** A digest of each row that there is, by table and key, as the owner sees it. */
export async function readDigest(orm: Orm): Promise<Map<string, string>> {
  const digests = await orm.em
    .fork()
    .execute<{ row: string; digest: string }[]>(
      tables
        .map((table) => `select '${table} ' || id as row, md5(each::text) as digest from public."${table}" as each`)
        .join(' union all '),
    );

  return new Map(digests.map(({ row, digest }) => [row, digest]));
}

/** The rows that are not what they were: `new`, `changed` or `gone`, with table and key. */
export const changesBetween = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((row) => {
    const [was, is] = [before.get(row), after.get(row)];
    return was === is ? [] : [`${!was ? 'new' : is ? 'changed' : 'gone'} ${row}`];
  });
