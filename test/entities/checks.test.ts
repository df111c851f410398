import { describe, expect } from 'vitest';
import { getConstraintName, isCheckViolation } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow, type Row } from '../support/rows.js';

const biggest = 2 ** 31 - 1;

/** Every check: the values that must pass, and some that must not. */
const checks: Record<string, { table: string; column: string; allowed: unknown[]; refused: unknown[] }> = {
  organization_memberships_role_check: {
    table: 'organization_memberships',
    column: 'role',
    allowed: ['owner', 'admin', 'creator', 'subscriber', 'member'],
    refused: ['guest', 'Owner', ''],
  },
  organization_memberships_status_check: {
    table: 'organization_memberships',
    column: 'status',
    allowed: ['active', 'inactive', 'invited'],
    refused: ['pending', 'ACTIVE', ''],
  },
  media_items_media_type_check: {
    table: 'media_items',
    column: 'media_type',
    allowed: ['video', 'audio'],
    refused: ['written', 'image', ''],
  },
  media_items_status_check: {
    table: 'media_items',
    column: 'status',
    allowed: ['uploading', 'uploaded', 'transcoding', 'ready', 'failed'],
    refused: ['done', 'Ready', ''],
  },
  media_items_file_size_bytes_check: {
    table: 'media_items',
    column: 'file_size_bytes',
    allowed: [null, 0, 1, '9007199254740991'],
    refused: [-1, '9007199254740992'],
  },
  media_items_duration_seconds_check: {
    table: 'media_items',
    column: 'duration_seconds',
    allowed: [null, 0, biggest],
    refused: [-1],
  },
  media_items_width_check: { table: 'media_items', column: 'width', allowed: [null, 0, 7680], refused: [-1] },
  media_items_height_check: { table: 'media_items', column: 'height', allowed: [null, 0, 4320], refused: [-1] },
  content_content_type_check: {
    table: 'content',
    column: 'content_type',
    allowed: ['video', 'audio', 'written'],
    refused: ['image', 'Video', ''],
  },
  content_visibility_check: {
    table: 'content',
    column: 'visibility',
    allowed: ['public', 'private', 'members_only', 'purchased_only'],
    refused: ['hidden', 'members-only', ''],
  },
  content_status_check: {
    table: 'content',
    column: 'status',
    allowed: ['draft', 'published', 'archived'],
    refused: ['deleted', 'Draft', ''],
  },
  content_price_cents_check: { table: 'content', column: 'price_cents', allowed: [null, 0, biggest], refused: [-1] },
  content_view_count_check: { table: 'content', column: 'view_count', allowed: [0, biggest], refused: [-1] },
  content_purchase_count_check: { table: 'content', column: 'purchase_count', allowed: [0, biggest], refused: [-1] },
  content_tags_check: {
    table: 'content',
    column: 'tags',
    allowed: ['[]', '["open movie"]', '["a", "b"]'],
    refused: ['{}', '"a"', 'null', '[1]', '["a", null]', '[["a"]]'],
  },
  content_access_access_type_check: {
    table: 'content_access',
    column: 'access_type',
    allowed: ['purchased', 'subscription', 'complimentary', 'preview'],
    refused: ['rented', 'Preview', ''],
  },
  purchases_amount_paid_cents_check: {
    table: 'purchases',
    column: 'amount_paid_cents',
    allowed: [0, biggest],
    refused: [-1],
  },
  purchases_status_check: {
    table: 'purchases',
    column: 'status',
    allowed: ['pending', 'completed', 'refunded', 'failed'],
    refused: ['paid', 'Completed', ''],
  },
  video_playback_position_seconds_check: {
    table: 'video_playback',
    column: 'position_seconds',
    allowed: [0, biggest],
    refused: [-1],
  },
  video_playback_duration_seconds_check: {
    table: 'video_playback',
    column: 'duration_seconds',
    allowed: [0, biggest],
    refused: [-1],
  },
};

describe('every check', () => {
  test('is in this list, and the other way round', async ({ em }) => {
    const inDatabase = await em.execute<Row[]>(
      `select conname as name from pg_constraint
       where contype = 'c' and connamespace = 'public'::regnamespace order by conname`,
    );

    expect(inDatabase.map(({ name }) => name)).toEqual(Object.keys(checks).sort());
  });

  for (const [name, { table, column, allowed, refused }] of Object.entries(checks)) {
    test.for(allowed)(`${name} lets %j in`, async (value, { em }) => {
      const stored = await insertRow(em, table, { [column]: value });

      expect(stored).toHaveProperty(column);
    });

    test.for(refused)(`${name} keeps %j out`, async (value, { em }) => {
      const error = await insertRow(em, table, { [column]: value }).catch((caught: unknown) => caught);

      expect(isCheckViolation(error)).toBe(true);
      expect(getConstraintName(error)).toBe(name);
    });
  }
});
