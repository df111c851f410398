import type { EntityManager } from '../../src/index.js';

export type Row = Record<string, unknown>;

let counter = 0;

/** A number that no other call in this file has had. */
export const next = (): number => ++counter;

const uuid = (): string => `00000000-0000-4000-8000-${String(next()).padStart(12, '0')}`;

/** A valid row of each table; the parents of those that need one are made on the way. */
const builders: Record<string, (em: EntityManager) => Promise<Row>> = {
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
  content: async (em) => ({
    id: uuid(),
    creator_id: await parent(em, 'users'),
    title: 'Spring',
    slug: `spring-${next()}`,
    content_type: 'video',
  }),
  content_access: async (em) => ({
    id: uuid(),
    user_id: await parent(em, 'users'),
    ...(await soldContent(em)),
    access_type: 'purchased',
  }),
  purchases: async (em) => ({
    id: uuid(),
    customer_id: await parent(em, 'users'),
    ...(await soldContent(em)),
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
  const row = { ...(await builders[table]!(em)), ...overrides };
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

async function soldContent(em: EntityManager): Promise<Row> {
  const organization_id = await parent(em, 'organizations');
  const content = await insertRow(em, 'content', { organization_id });

  return { content_id: content.id, organization_id };
}
