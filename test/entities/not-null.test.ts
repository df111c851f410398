import { describe, expect } from 'vitest';
import { isNotNullViolation } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow, type Row } from '../support/rows.js';

/** Every column that must not be empty. The others may, which is tested too. */
const required: Record<string, string[]> = {
  accounts: ['account_id', 'created_at', 'id', 'provider_id', 'updated_at', 'user_id'],
  content: [
    'content_type',
    'created_at',
    'creator_id',
    'id',
    'purchase_count',
    'slug',
    'status',
    'tags',
    'title',
    'updated_at',
    'view_count',
    'visibility',
  ],
  content_access: ['access_type', 'content_id', 'created_at', 'id', 'organization_id', 'updated_at', 'user_id'],
  media_items: ['created_at', 'creator_id', 'id', 'media_type', 'r2_key', 'status', 'title', 'updated_at'],
  organization_memberships: ['created_at', 'id', 'organization_id', 'role', 'status', 'updated_at', 'user_id'],
  organizations: ['created_at', 'id', 'name', 'slug', 'updated_at'],
  purchases: [
    'amount_paid_cents',
    'content_id',
    'created_at',
    'currency',
    'customer_id',
    'id',
    'organization_id',
    'status',
    'stripe_payment_intent_id',
    'updated_at',
  ],
  sessions: ['created_at', 'expires_at', 'id', 'token', 'updated_at', 'user_id'],
  users: ['created_at', 'email', 'email_verified', 'id', 'name', 'updated_at'],
  verification_tokens: ['created_at', 'expires_at', 'id', 'identifier', 'updated_at', 'value'],
  video_playback: [
    'completed',
    'content_id',
    'created_at',
    'duration_seconds',
    'id',
    'position_seconds',
    'updated_at',
    'user_id',
  ],
};

const columns = Object.entries(required).flatMap(([table, names]) => names.map((column) => ({ table, column })));

describe('every required column', () => {
  test('is in this list, and the other way round', async ({ em }) => {
    const inDatabase = await em.execute<Row[]>(
      `select table_name, json_agg(column_name order by column_name) as names from information_schema.columns
       where table_schema = 'public' and is_nullable = 'NO' and table_name <> 'mikro_orm_migrations'
       group by table_name order by table_name`,
    );

    expect(Object.fromEntries(inDatabase.map(({ table_name, names }) => [table_name, names]))).toEqual(required);
  });

  test.for(columns)('$table.$column refuses null', async ({ table, column }, { em }) => {
    const error = await insertRow(em, table, { [column]: null }).catch((caught: unknown) => caught);

    expect(isNotNullViolation(error)).toBe(true);
    expect(error).toHaveProperty('column', column);
  });
});
