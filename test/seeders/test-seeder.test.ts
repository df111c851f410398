import { describe, expect } from 'vitest';
import {
  Account,
  Content,
  ContentAccess,
  OrganizationMembership,
  Purchase,
  Session,
  User,
  VerificationToken,
  VideoPlayback,
} from '../../src/index.js';
import { TestSeeder, type TestSide, testSides } from '../../src/seeders/TestSeeder.js';
import { test } from '../support/database-per-file.js';
import type { Row } from '../support/rows.js';
import { findInconsistentRows, readAllRows } from './support/stored-rows.js';

const { left, right } = testSides;

test.beforeEach(async ({ orm }) => {
  if ((await orm.em.fork().count(User)) === 0) {
    await orm.seeder.seed(TestSeeder);
  }
});

const isOn = (side: TestSide, { id }: Row): boolean => Object.values<unknown>(side).includes(id);

/** Rows of the right as they would be on the left. */
function mirror(rows: Row[]): Row[] {
  const keys = Object.keys(right) as (keyof TestSide)[];
  const text = keys.reduce((mirrored, key) => mirrored.replaceAll(right[key], left[key]), JSON.stringify(rows));

  return JSON.parse(text.replaceAll(/(?<![a-z])right(?![a-z])/g, 'left'));
}

describe('TestSeeder', () => {
  test('makes two sides that mirror each other', async ({ em }) => {
    for (const [table, rows] of Object.entries(await readAllRows(em))) {
      const ofLeft = rows.filter((row) => isOn(left, row));
      const ofRight = rows.filter((row) => isOn(right, row));

      expect(ofLeft, table).not.toEqual([]);
      expect(ofLeft.length + ofRight.length, table).toBe(rows.length);
      expect(ofLeft, table).toEqual(expect.arrayContaining(mirror(ofRight)));
      expect(ofRight, table).toHaveLength(ofLeft.length);
    }
  });

  test('lets no row refer to the other side', async ({ em }) => {
    const rows = Object.values(await readAllRows(em)).flat();

    for (const [side, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const text = JSON.stringify(rows.filter((row) => isOn(side, row)));
      expect(Object.values(other).filter((id) => text.includes(id))).toEqual([]);
    }
  });

  test('keeps the rules across tables', async ({ em }) => {
    expect(await findInconsistentRows(em)).toEqual([]);
  });

  test('names rows that are what their names say', async ({ em }) => {
    for (const side of [left, right]) {
      const organization = { id: side.organization };
      const viewer = { id: side.viewer };
      const content = { id: side.publishedContent };

      expect(await em.findOneOrFail(Content, side.publishedContent)).toMatchObject({
        organization,
        creator: { id: side.creator },
        mediaItem: { id: side.mediaItem },
        status: 'published',
      });
      expect(await em.findOneOrFail(Content, side.draft)).toMatchObject({ organization, status: 'draft' });
      expect(await em.findOneOrFail(Content, side.personalContent)).toMatchObject({ organization: null });
      expect(await em.findOneOrFail(Content, side.deletedContent, { filters: { notDeleted: false } })).toMatchObject({
        organization,
        deletedAt: expect.any(Date),
      });
      expect(await em.findOneOrFail(OrganizationMembership, side.ownerMembership)).toMatchObject({ role: 'owner' });
      expect(await em.findOneOrFail(OrganizationMembership, side.membership)).toMatchObject({
        organization,
        user: viewer,
      });
      expect(await em.findOneOrFail(ContentAccess, side.access)).toMatchObject({ user: viewer, content, organization });
      expect(await em.findOneOrFail(Purchase, side.purchase)).toMatchObject({
        customer: viewer,
        content,
        organization,
      });
      expect(await em.findOneOrFail(VideoPlayback, side.playback)).toMatchObject({ user: viewer, content });
      expect(await em.findOneOrFail(Account, side.account)).toMatchObject({ user: viewer });
      expect(await em.findOneOrFail(Session, side.session)).toMatchObject({ user: viewer });
      expect(await em.count(VerificationToken, side.verificationToken)).toBe(1);
    }
  });
});
