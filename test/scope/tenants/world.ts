import type { Orm } from '../../../src/index.js';
import type { Row } from '../../support/rows.js';

/** Two tenants that act, and one that never does. Each has the same rows, in every table. */
const tenants = ['a', 'b', 'c'] as const;
export type Tenant = (typeof tenants)[number];

/** Every text of a tenant's rows carries its mark, and so do its UUIDs. */
export const mark = (tenant: Tenant): string => `<${tenant}>`;
export const uuidOf = (tenant: Tenant, number: number): string =>
  `${tenant.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const creatorOf = (tenant: Tenant): string => `creator${mark(tenant)}`;
export const memberOf = (tenant: Tenant): string => `member${mark(tenant)}`;
export const organizationOf = (tenant: Tenant): string => uuidOf(tenant, 1);

/** The tenants whose marks are anywhere in the value. */
export function marksIn(value: unknown): Tenant[] {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return tenants.filter((tenant) => text.includes(mark(tenant)) || text.includes(uuidOf(tenant, 0).slice(0, 14)));
}

const rowsOf = (tenant: Tenant): [table: string, row: Row][] => {
  const [creator, member, organization] = [creatorOf(tenant), memberOf(tenant), organizationOf(tenant)];
  const named = (name: string): string => `${name} ${mark(tenant)}`;
  const media = (number: number) => ({
    id: uuidOf(tenant, number),
    creator_id: creator,
    title: named('original'),
    media_type: 'video',
    r2_key: named('key'),
  });
  const content = (number: number, name: string, row: Row) => ({
    id: uuidOf(tenant, number),
    creator_id: creator,
    organization_id: organization,
    media_item_id: uuidOf(tenant, 4),
    title: named(name),
    slug: named(name),
    content_type: 'video',
    ...row,
  });
  const sold = { content_id: uuidOf(tenant, 6), organization_id: organization };

  return [
    ...[creator, member].map((id): [string, Row] => ['users', { id, name: named('user'), email: id }]),
    ['accounts', { id: named('account'), account_id: named('id'), provider_id: 'credential', user_id: member }],
    ['sessions', { id: named('session'), expires_at: '2030-01-01', token: named('token'), user_id: member }],
    ['verification_tokens', { id: named('token'), identifier: member, value: 'value', expires_at: '2030-01-01' }],
    ['organizations', { id: organization, name: named('studio'), slug: named('studio') }],
    ['organization_memberships', { id: uuidOf(tenant, 2), organization_id: organization, user_id: creator }],
    ['organization_memberships', { id: uuidOf(tenant, 3), organization_id: organization, user_id: member }],
    ['media_items', media(4)],
    ['media_items', media(5)],
    ['content', content(6, 'published', { status: 'published' })],
    ['content', content(7, 'own', { organization_id: null, media_item_id: uuidOf(tenant, 5) })],
    ['content', content(8, 'deleted', { deleted_at: '2026-01-01' })],
    ['content_access', { id: uuidOf(tenant, 9), user_id: member, ...sold, access_type: 'purchased' }],
    [
      'purchases',
      {
        id: uuidOf(tenant, 10),
        customer_id: member,
        ...sold,
        amount_paid_cents: 500,
        stripe_payment_intent_id: named('pi'),
        status: 'completed',
      },
    ],
    [
      'video_playback',
      { id: uuidOf(tenant, 11), user_id: member, content_id: uuidOf(tenant, 6), duration_seconds: 600 },
    ],
  ];
};

/** Tables before those that refer to them. */
export const tables: readonly string[] = [...new Set(rowsOf('a').map(([table]) => table))];

/** Writes the rows to an empty database, with a copy of them to return to. */
export async function createTenants(orm: Orm): Promise<void> {
  const em = orm.em.fork();

  for (const [table, row] of tenants.flatMap(rowsOf)) {
    const columns = Object.keys(row);
    await em.execute(
      `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
      Object.values(row),
    );
  }

  const copies = tables.map((table) => `create table untouched.${table} as table public.${table}`);
  await em.execute(['create schema untouched', ...copies].join(';'));
}

/** Makes every row again what it was, and removes what came to it. */
export async function restoreTenants(orm: Orm): Promise<void> {
  const statements = [
    ...tables.toReversed().map((table) => `delete from public.${table}`),
    ...tables.map((table) => `insert into public.${table} select * from untouched.${table}`),
  ];
  await orm.em.fork().execute(statements.join(';'));
}

/** All rows as the owner sees them, as text. */
export async function readRows(orm: Orm): Promise<string[]> {
  const rows = await orm.em
    .fork()
    .execute<{ row: string }[]>(
      tables.map((table) => `select '${table} ' || each::text as row from public.${table} as each`).join(' union all '),
    );

  return rows.map(({ row }) => row).sort();
}
