import { describe, expect } from 'vitest';
import { getConstraintName, isUniqueViolation } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow, next, type Row } from '../support/rows.js';

/** Every unique constraint and index beside the primary keys: the columns that a second row may not repeat. */
const uniques: Record<string, { table: string; columns: string[] }> = {
  accounts_pkey: { table: 'accounts', columns: ['id'] },
  content_access_pkey: { table: 'content_access', columns: ['id'] },
  content_access_user_id_content_id_unique: { table: 'content_access', columns: ['user_id', 'content_id'] },
  content_creator_id_slug_unique: { table: 'content', columns: ['creator_id', 'slug'] },
  content_organization_id_slug_unique: { table: 'content', columns: ['organization_id', 'slug'] },
  content_pkey: { table: 'content', columns: ['id'] },
  media_items_pkey: { table: 'media_items', columns: ['id'] },
  organization_memberships_organization_id_user_id_unique: {
    table: 'organization_memberships',
    columns: ['organization_id', 'user_id'],
  },
  organization_memberships_pkey: { table: 'organization_memberships', columns: ['id'] },
  organizations_pkey: { table: 'organizations', columns: ['id'] },
  organizations_slug_unique: { table: 'organizations', columns: ['slug'] },
  purchases_pkey: { table: 'purchases', columns: ['id'] },
  purchases_stripe_payment_intent_id_unique: { table: 'purchases', columns: ['stripe_payment_intent_id'] },
  sessions_pkey: { table: 'sessions', columns: ['id'] },
  sessions_token_unique: { table: 'sessions', columns: ['token'] },
  users_email_unique: { table: 'users', columns: ['email'] },
  users_pkey: { table: 'users', columns: ['id'] },
  verification_tokens_pkey: { table: 'verification_tokens', columns: ['id'] },
  video_playback_pkey: { table: 'video_playback', columns: ['id'] },
  video_playback_user_id_content_id_unique: { table: 'video_playback', columns: ['user_id', 'content_id'] },
};

/** Both slug uniques of content take only one of the two kinds of rows. */
const extra = async (em: Parameters<typeof insertRow>[0], name: string): Promise<Row> =>
  name === 'content_organization_id_slug_unique' ? { organization_id: (await insertRow(em, 'organizations')).id } : {};

const pick = (row: Row, columns: string[]): Row => Object.fromEntries(columns.map((column) => [column, row[column]]));

describe('every unique', () => {
  test('is in this list, and the other way round', async ({ em }) => {
    const inDatabase = await em.execute<Row[]>(
      `select indexrelid::regclass::text as name from pg_index join pg_class on pg_class.oid = indrelid
       where indisunique and relnamespace = 'public'::regnamespace and relname <> 'mikro_orm_migrations' order by 1`,
    );

    expect(inDatabase.map(({ name }) => name)).toEqual(Object.keys(uniques).sort());
  });

  test.for(Object.entries(uniques))('%s refuses a repetition', async ([name, { table, columns }], { em }) => {
    const first = await insertRow(em, table, await extra(em, name));
    const error = await insertRow(em, table, pick(first, columns)).catch((caught: unknown) => caught);

    expect(isUniqueViolation(error)).toBe(true);
    expect(getConstraintName(error)).toBe(name);
  });

  test.for(
    Object.entries(uniques).flatMap(([name, unique]) =>
      unique.columns.length > 1 ? unique.columns.map((column) => ({ name, ...unique, column })) : [],
    ),
  )('$name lets a row in that shares only $column', async ({ name, table, column }, { em }) => {
    const first = await insertRow(em, table, await extra(em, name));

    await expect(insertRow(em, table, pick(first, [column]))).resolves.toHaveProperty(column, first[column]);
  });
});

describe('a slug', () => {
  const gone = { deleted_at: '2026-01-01T00:00:00Z' };

  test('of a deleted organization is free again', async ({ em }) => {
    const slug = `slug-${next()}`;
    await insertRow(em, 'organizations', { slug, ...gone });
    await insertRow(em, 'organizations', { slug, ...gone });

    await expect(insertRow(em, 'organizations', { slug })).resolves.toHaveProperty('slug', slug);
  });

  test('of deleted content is free again, in the organization and on the own page', async ({ em }) => {
    const organization_id = (await insertRow(em, 'organizations')).id;
    const creator_id = (await insertRow(em, 'users')).id;
    const slug = `slug-${next()}`;

    for (const owner of [{ organization_id, creator_id }, { creator_id }]) {
      await insertRow(em, 'content', { ...owner, slug, ...gone });

      await expect(insertRow(em, 'content', { ...owner, slug })).resolves.toHaveProperty('slug', slug);
    }
  });

  test("on the own page does not collide with the same creator's in an organization", async ({ em }) => {
    const organization_id = (await insertRow(em, 'organizations')).id;
    const personal = await insertRow(em, 'content');
    const { creator_id, slug } = personal;

    await expect(insertRow(em, 'content', { organization_id, creator_id, slug })).resolves.toHaveProperty('slug', slug);
  });
});
