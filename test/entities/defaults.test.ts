import { describe, expect } from 'vitest';
import {
  Account,
  Content,
  ContentAccess,
  MediaItem,
  Organization,
  OrganizationMembership,
  Purchase,
  Session,
  User,
  VerificationToken,
  VideoPlayback,
} from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { findRow, insertRow, type Row, tables } from '../support/rows.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What a row has where nothing was given, beside its key and its instants. */
const defaults: Record<string, Row> = {
  content: {
    purchase_count: 0,
    status: 'draft',
    tags: [],
    view_count: 0,
    visibility: 'purchased_only',
  },
  media_items: { status: 'uploading' },
  organization_memberships: { role: 'member', status: 'active' },
  purchases: { currency: 'usd' },
  users: { email_verified: false },
  video_playback: { completed: false, position_seconds: 0 },
};

const expires = new Date('2030-01-01T00:00:00Z');

describe('the database', () => {
  test('has exactly these defaults', async ({ em }) => {
    const inDatabase = await em.execute<Row[]>(
      `select table_name, json_agg(column_name order by column_name) as names from information_schema.columns
       where table_schema = 'public' and column_default is not null and table_name <> 'mikro_orm_migrations'
         and column_name not in ('id', 'created_at', 'updated_at') and column_default not like '%codex.%' group by table_name order by table_name`,
    );

    expect(Object.fromEntries(inDatabase.map(({ table_name, names }) => [table_name, names]))).toEqual(
      Object.fromEntries(Object.entries(defaults).map(([table, row]) => [table, Object.keys(row)])),
    );
  });

  test.for(tables)('gives a row of %s its instants and what was left out', async (table, { em }) => {
    const [before] = await em.execute<[{ at: string }]>("select date_trunc('second', now()) as at");
    const row = await insertRow(em, table);

    expect(row).toMatchObject(defaults[table] ?? {});
    expect(row.created_at).toEqual(row.updated_at);
    expect(new Date(`${row.created_at}`).getTime()).toBeGreaterThanOrEqual(new Date(before.at).getTime());
    expect(row.deleted_at ?? null).toBeNull();
  });

  test.for(tables.filter((table) => !['users', 'accounts', 'sessions', 'verification_tokens'].includes(table)))(
    'gives a row of %s a random UUID',
    async (table, { em }) => {
      const [{ id: expression }] = await em.execute<[{ id: string }]>(
        `select column_default as id from information_schema.columns where table_name = ? and column_name = 'id'`,
        [table],
      );

      expect(expression).toBe('gen_random_uuid()');
    },
  );

  test('keeps instants to the millisecond, with their time zone', async ({ em }) => {
    const others = await em.execute(
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and table_name <> 'mikro_orm_migrations' and data_type like 'timestamp%'
         and (udt_name <> 'timestamptz' or datetime_precision <> 3)`,
    );

    expect(others).toEqual([]);
  });
});

describe('an entity', () => {
  test('has after the flush what the database gave it', async ({ em }) => {
    const user = em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    const organization = em.create(Organization, { name: 'Studio', slug: 'studio' });
    const mediaItem = em.create(MediaItem, { creator: user, title: 'Spring', mediaType: 'video', r2Key: 'spring.mp4' });
    const content = em.create(Content, {
      creator: user,
      organization,
      mediaItem,
      title: 'Spring',
      slug: 'spring',
      contentType: 'video',
    });
    const created = {
      users: user,
      organizations: organization,
      media_items: mediaItem,
      content,
      accounts: em.create(Account, { id: 'account', user, accountId: '1', providerId: 'github' }),
      sessions: em.create(Session, { id: 'session', user, token: 'token', expiresAt: expires }),
      verification_tokens: em.create(VerificationToken, {
        id: 'verification',
        identifier: 'ada@example.org',
        value: 'value',
        expiresAt: expires,
      }),
      organization_memberships: em.create(OrganizationMembership, { organization, user }),
      content_access: em.create(ContentAccess, { user, content, organization, accessType: 'preview' }),
      purchases: em.create(Purchase, {
        customer: user,
        content,
        organization,
        amountPaidCents: 500,
        stripePaymentIntentId: 'pi_1',
        status: 'pending',
      }),
      video_playback: em.create(VideoPlayback, { user, content, durationSeconds: 464 }),
    };
    await em.flush();

    expect(Object.keys(created).sort()).toEqual([...tables].sort());

    for (const [table, entity] of Object.entries(created)) {
      const row = await findRow(em, table, entity.id);

      expect(entity.createdAt).toEqual(new Date(`${row?.created_at}`));
      expect(entity.updatedAt).toEqual(new Date(`${row?.updated_at}`));
    }

    expect(content.id).toMatch(uuid);
    expect(user).toMatchObject({ emailVerified: false, image: null });
    expect(content).toMatchObject({ status: 'draft', visibility: 'purchased_only', tags: [], viewCount: 0 });
    expect(created.organization_memberships).toMatchObject({ role: 'member', status: 'active', invitedBy: null });
    expect(created.video_playback).toMatchObject({ positionSeconds: 0, completed: false });
  });

  test('may bring its own UUID', async ({ em }) => {
    const id = '01900000-0000-7000-8000-000000000001';
    em.create(Organization, { id, name: 'Studio', slug: 'own-key' });
    await em.flush();

    expect(await em.fork().findOneOrFail(Organization, { slug: 'own-key' })).toHaveProperty('id', id);
  });

  test('keeps the largest file size that a number counts exactly', async ({ em }) => {
    const creator = em.create(User, { id: 'grace', name: 'Grace', email: 'grace@example.org' });
    const { r2Key } = em.create(MediaItem, {
      creator,
      title: 'Big',
      mediaType: 'video',
      r2Key: 'big.mp4',
      fileSizeBytes: Number.MAX_SAFE_INTEGER,
    });
    await em.flush();

    const stored = await em.fork().findOneOrFail(MediaItem, { r2Key });
    expect(stored.fileSizeBytes).toBe(Number.MAX_SAFE_INTEGER);
  });
});
