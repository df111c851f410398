import { join } from 'node:path';
import { describe, expect } from 'vitest';
import {
  accessTypes,
  Content,
  ContentAccess,
  contentStatuses,
  contentTypes,
  contentVisibilities,
  mediaStatuses,
  mediaTypes,
  membershipRoles,
  membershipStatuses,
  Purchase,
  purchaseStatuses,
  VideoPlayback,
} from '../../src/index.js';
import { DatabaseSeeder } from '../../src/seeders/DatabaseSeeder.js';
import { demo } from '../../src/seeders/demo.js';
import { test } from '../support/database-per-file.js';
import { findInconsistentRows, readAllRows } from './support/stored-rows.js';

test.beforeEach(({ orm }) => orm.seeder.seed(DatabaseSeeder));

const october = new Date('2025-10-07T12:00:00Z');

describe('DatabaseSeeder', () => {
  test('touches no row when it runs again', async ({ orm, em }) => {
    const before = await readAllRows(em);
    await orm.seeder.seed(DatabaseSeeder);

    expect(await readAllRows(em)).toEqual(before);
  });

  test('lies where the command line looks for it', async ({ orm }) => {
    const { path, defaultSeeder } = orm.config.get('seeder');

    expect(await import(join(path!, `${defaultSeeder}.ts`))).toHaveProperty(`${defaultSeeder}`, DatabaseSeeder);
  });

  test('keeps the rules across tables', async ({ em }) => {
    expect(await findInconsistentRows(em)).toEqual([]);
  });

  test('writes nothing that is changed afterwards or lies ahead of its creation', async ({ em }) => {
    for (const [table, rows] of Object.entries(await readAllRows(em))) {
      expect(rows, table).not.toEqual([]);

      for (const { created_at, updated_at } of rows) {
        expect(new Date(`${created_at}`) <= new Date(`${updated_at}`), table).toBe(true);
        expect(new Date(`${updated_at}`) <= october, table).toBe(true);
      }
    }
  });

  test.for([
    ['content', 'content_type', contentTypes],
    ['content', 'visibility', contentVisibilities],
    ['content', 'status', contentStatuses],
    ['media_items', 'media_type', mediaTypes],
    ['media_items', 'status', mediaStatuses],
    ['organization_memberships', 'role', membershipRoles],
    ['organization_memberships', 'status', membershipStatuses],
    ['content_access', 'access_type', accessTypes],
    ['purchases', 'status', purchaseStatuses],
  ] as const)('shows every value of %s.%s', async ([table, column, values], { em }) => {
    const rows = await em.execute<{ value: string }[]>(`select distinct ${column} as value from ${table}`);

    expect(rows.map(({ value }) => value).sort()).toEqual([...values].sort());
  });

  test.for(['organizations', 'media_items', 'content'])('has a deleted row in %s', async (table, { em }) => {
    expect(await em.execute(`select id from ${table} where deleted_at is not null`)).not.toEqual([]);
  });

  test('counts a purchase for each completed payment, and gives access for it', async ({ em }) => {
    const completed = await em.fork().find(Purchase, { status: 'completed' }, { populate: ['content'] });

    for (const { customer, content } of completed) {
      const access = await em.getRepository(ContentAccess).findValid(customer.id, content.id, october);
      expect(access?.accessType).toBe('purchased');
      expect(content.purchaseCount).toBe(completed.filter((other) => other.content === content).length);
    }

    expect(await em.count(Content, { purchaseCount: { $gt: 0 } }, { filters: { notDeleted: false } })).toBe(
      new Set(completed.map(({ content }) => content.id)).size,
    );
  });
});

describe('demo', () => {
  test('names an organization with a page of published films', async ({ em }) => {
    const { items, totalCount } = await em
      .getRepository(Content)
      .findPublishedByOrganization(demo.organizationId, { limit: 8 });

    expect(totalCount).toBeGreaterThanOrEqual(8);
    expect(items).toHaveLength(8);

    for (const { organization, creator, mediaItem } of items) {
      expect(organization?.slug).toBe(demo.organizationSlug);
      expect(creator.name).toMatch(/\w/);
      expect(mediaItem?.durationSeconds).toBeGreaterThan(60);
    }
  });

  test('names a creator with drafts', async ({ em }) => {
    const { totalCount } = await em.getRepository(Content).findByCreator(demo.creatorId, { status: 'draft' });

    expect(totalCount).toBeGreaterThanOrEqual(2);
  });

  test('names a user with a library that still shows a deleted film, and with films to finish', async ({ em }) => {
    const { items } = await em.getRepository(ContentAccess).findLibrary(demo.userId, october);
    const unfinished = await em.getRepository(VideoPlayback).findUnfinished(demo.userId);

    expect(items.length).toBeGreaterThanOrEqual(4);
    expect(items.some(({ content }) => content.deletedAt !== null && content.title !== '')).toBe(true);
    expect(unfinished.length).toBeGreaterThanOrEqual(2);
  });
});
