import type { EntityManager } from '../../src/index.js';

export type Row = Record<string, unknown>;

let counter = 0;

/** A number that no other call in this file has had. */
export const next = (): number => ++counter;

const uuid = (): string => `00000000-0000-4000-8000-${String(next()).padStart(12, '0')}`;

/** A valid row of each table; the parents of those that need one are made on the way. */
const builders: Record<string, (em: EntityManager, overrides: Row) => Promise<Row>> = {
  users: async () => ({ id: `user-${next()}`, name: 'Ada', email: `ada-${next()}@example.org` }),
  accounts: async (em) => ({
    id: `account-${next()}`,
    account_id: 'ada',
    provider_id: 'github',
    user_id: await parent(em, 'users'),
  }),
  sessions: async (em) => ({
    id: `session-${next()}`,
    expires_at: '2030-01-01T00:00:00Z',
    token: `token-${next()}`,
    user_id: await parent(em, 'users'),
  }),
  verification_tokens: async () => ({
    id: `verification-${next()}`,
    identifier: 'ada@example.org',
    value: 'value',
    expires_at: '2030-01-01T00:00:00Z',
  }),
  organizations: async () => ({ id: uuid(), name: 'Studio', slug: `studio-${next()}` }),
  organization_memberships: async (em) => ({
    id: uuid(),
    organization_id: await parent(em, 'organizations'),
    user_id: await parent(em, 'users'),
  }),
  media_items: async (em) => ({
    id: uuid(),
    creator_id: await parent(em, 'users'),
    title: 'Original',
    media_type: 'video',
    r2_key: 'originals/1.mp4',
  }),
  content: async (em, { media_item_id }) => ({
    id: uuid(),
    creator_id: (await lookUp(em, 'media_items', media_item_id))?.creator_id ?? (await parent(em, 'users')),
    title: 'Spring',
    slug: `spring-${next()}`,
    content_type: 'video',
  }),
  content_access: async (em, overrides) => ({
    id: uuid(),
    user_id: await parent(em, 'users'),
    ...(await soldContent(em, overrides)),
    access_type: 'purchased',
  }),
  purchases: async (em, overrides) => ({
    id: uuid(),
    customer_id: await parent(em, 'users'),
    ...(await soldContent(em, overrides)),
    amount_paid_cents: 500,
    stripe_payment_intent_id: `pi_${next()}`,
    status: 'completed',
  }),
  video_playback: async (em) => ({
    id: uuid(),
    user_id: await parent(em, 'users'),
    content_id: await parent(em, 'content'),
    duration_seconds: 600,
  }),
};

export const tables: string[] = Object.keys(builders);

/** Inserts a valid row by plain SQL, with `overrides` in place of what it would have had, and returns what was stored. */
export async function insertRow(em: EntityManager, table: string, overrides: Row = {}): Promise<Row> {
  const row = { ...(await builders[table]!(em, overrides)), ...overrides };
  const columns = Object.keys(row);
  const [stored] = await em.execute<Row[]>(
    `insert into "${table}" (${columns.map((column) => `"${column}"`).join(', ')})
     values (${columns.map(() => '?').join(', ')}) returning *`,
    Object.values(row),
  );

  return stored!;
}

export async function findRow(em: EntityManager, table: string, id: unknown): Promise<Row | undefined> {
  const [row] = await em.execute<Row[]>(`select * from "${table}" where id = ?`, [id]);
  return row;
}

async function parent(em: EntityManager, table: string): Promise<unknown> {
  return (await insertRow(em, table)).id;
}

/** A content and its organization; around the one of the two that is given. */
async function soldContent(em: EntityManager, { content_id, organization_id }: Row): Promise<Row> {
  const known = await lookUp(em, 'content', content_id);

  if (known) {
    return { content_id, organization_id: known.organization_id ?? (await moveToOrganization(em, content_id)) };
  }

  const organization = await lookUp(em, 'organizations', organization_id);
  const owner = organization?.id ?? (await parent(em, 'organizations'));
  const content = await insertRow(em, 'content', { organization_id: owner });

  return { content_id: content.id, organization_id: owner };
}

async function moveToOrganization(em: EntityManager, content: unknown): Promise<unknown> {
  const organization = await parent(em, 'organizations');
  await em.execute('update content set organization_id = ? where id = ?', [organization, content]);

  return organization;
}

const lookUp = async (em: EntityManager, table: string, id: unknown): Promise<Row | undefined> =>
  id == null ? undefined : findRow(em, table, id);
