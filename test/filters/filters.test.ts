import { describe, expect, vi } from 'vitest';
import {
  Content,
  ContentAccess,
  type EntityManager,
  InvalidArgumentError,
  MediaItem,
  Organization,
  OrganizationMembership,
  Purchase,
  User,
  VideoPlayback,
} from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { insertRow, type Row } from '../support/rows.js';

/** Two of everything, each pair with different owners. */
async function insertPair(em: EntityManager, table: string): Promise<[Row, Row]> {
  const organization = async () => ({ organization_id: (await insertRow(em, 'organizations')).id });
  const owner = table === 'content' ? organization : async () => ({});

  return [await insertRow(em, table, await owner()), await insertRow(em, table, await owner())];
}

const creatorScoped = [
  ['media_items', MediaItem],
  ['content', Content],
] as const;

const orgScoped = [
  ['organizations', Organization, 'id'],
  ['organization_memberships', OrganizationMembership, 'organization_id'],
  ['content', Content, 'organization_id'],
  ['content_access', ContentAccess, 'organization_id'],
  ['purchases', Purchase, 'organization_id'],
] as const;

const userScoped = [
  ['users', User, 'id'],
  ['organization_memberships', OrganizationMembership, 'user_id'],
  ['content_access', ContentAccess, 'user_id'],
  ['purchases', Purchase, 'customer_id'],
  ['video_playback', VideoPlayback, 'user_id'],
] as const;

const keysOf = (found: { id: string }[]): string[] => found.map(({ id }) => id);

describe('the filter creator', () => {
  test.for(creatorScoped)("keeps one creator's rows of %s", async ([table, entity], { em }) => {
    const [mine] = await insertPair(em, table);
    const filters = { creator: { creatorId: `${mine.creator_id}` } };

    expect(keysOf(await em.find<Content | MediaItem>(entity, {}, { filters }))).toEqual([mine.id]);
  });
});

describe('the filter org', () => {
  test.for(orgScoped)("keeps one organization's rows of %s", async ([table, entity, column], { em }) => {
    const [mine] = await insertPair(em, table);
    const filters = { org: { orgId: `${mine[column]}` } };

    expect(keysOf(await em.find<Organization | Content>(entity as typeof Content, {}, { filters }))).toEqual([mine.id]);
  });
});

describe('the filter user', () => {
  test.for(userScoped)("keeps one user's rows of %s", async ([table, entity, column], { em }) => {
    const [mine] = await insertPair(em, table);
    const filters = { user: { userId: `${mine[column]}` } };

    expect(keysOf(await em.find<User | Purchase>(entity as typeof Purchase, {}, { filters }))).toEqual([mine.id]);
  });
});

describe('a filter that takes a parameter', () => {
  const refused = [null, undefined, '', {}, { $ne: null }, [], ['a', 'b'], 0, 1, true, () => 'a', new Date()];
  const cases = [
    ['creator', 'creatorId', Content],
    ['org', 'orgId', Content],
    ['user', 'userId', Purchase],
  ] as const;

  test.for(cases)(
    'refuses for %s what is no non-empty string, before any SQL',
    async ([name, argument, entity], { em }) => {
      const statements = await countStatements(em, async () => {
        for (const value of refused) {
          const find = em.find(entity as typeof Content, {}, { filters: { [name]: { [argument]: value } } });
          const error = await find.catch((caught: unknown) => caught);

          expect(error, `${argument}: ${String(value)}`).toBeInstanceOf(InvalidArgumentError);
          expect(error).toMatchObject({ field: argument, code: 'INVALID_ARGUMENT' });
        }
      });

      expect(statements).toBe(0);
      expect(await countStatements(em, async () => void (await em.find(User, {})))).toBe(1);
    },
  );

  test.for(cases)('refuses %s that is switched on without its parameter', async ([name, , entity], { em }) => {
    await expect(em.find(entity as typeof Content, {}, { filters: { [name]: true } })).rejects.toThrow(name);
    await expect(em.find(entity as typeof Content, {}, { filters: [name] })).rejects.toThrow(name);
    await expect(em.count(entity as typeof Content, {}, { filters: { [name]: {} } })).rejects.toThrow(
      InvalidArgumentError,
    );
  });

  test.for(cases)(
    'refuses a faulty parameter of %s that was set for the unit of work',
    async ([name, argument, entity], { em }) => {
      em.setFilterParams(name, { [argument]: null });

      await expect(em.find(entity as typeof Content, {}, { filters: [name] })).rejects.toThrow(InvalidArgumentError);
    },
  );

  test('refuses an organization that is no UUID, and quotes nothing of it', async ({ em }) => {
    const error = await em
      .find(Content, {}, { filters: { org: { orgId: `' or true --` } } })
      .catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(`${error}`).not.toContain('or true');
  });

  test('narrows updates and deletions too', async ({ em }) => {
    const [mine, other] = await insertPair(em, 'purchases');
    const filters = { user: { userId: `${mine.customer_id}` } };
    const keys = { id: [`${mine.id}`, `${other.id}`] };

    expect(await em.nativeUpdate(Purchase, keys, { status: 'refunded' }, { filters })).toBe(1);
    expect(await em.nativeDelete(Purchase, keys, { filters })).toBe(1);
    expect(keysOf(await em.find(Purchase, keys))).toEqual([other.id]);
  });
});

describe('the filter notDeleted', () => {
  const deletable = [
    ['organizations', Organization],
    ['media_items', MediaItem],
    ['content', Content],
  ] as const;

  test.for(deletable)('is on for %s unless it is lifted by name', async ([table, entity], { em }) => {
    const live = await insertRow(em, table);
    const deleted = await insertRow(em, table, { deleted_at: '2026-01-01T00:00:00Z' });
    const keys = { id: { $in: [`${live.id}`, `${deleted.id}`] } };
    const name = entity as typeof Content;

    expect(keysOf(await em.find(name, keys))).toEqual([live.id]);
    expect(await em.count(name, keys)).toBe(1);
    expect(keysOf(await em.find(name, keys, { filters: { notDeleted: false } })).sort()).toEqual(
      [live.id, deleted.id].sort(),
    );
  });

  test('stays on beside another filter', async ({ em }) => {
    const deleted = await insertRow(em, 'media_items', { deleted_at: '2026-01-01T00:00:00Z' });
    const filters = { creator: { creatorId: `${deleted.creator_id}` } };

    expect(await em.find(MediaItem, {}, { filters })).toEqual([]);
  });

  test('hides deleted children and parents that are not history', async ({ em }) => {
    const organization = await insertRow(em, 'organizations');
    const media = await insertRow(em, 'media_items', { deleted_at: '2026-01-01T00:00:00Z' });
    const owners = { organization_id: organization.id, creator_id: media.creator_id };
    const live = await insertRow(em, 'content', { ...owners, media_item_id: media.id });
    await insertRow(em, 'content', { ...owners, deleted_at: '2026-01-01T00:00:00Z' });
    const found = await em.findOneOrFail(Organization, `${organization.id}`, { populate: ['content.mediaItem'] });

    expect(found.content.map(({ id, mediaItem }) => [id, mediaItem])).toEqual([[live.id, null]]);
  });

  test('does not hide rows whose parent is deleted', async ({ em }) => {
    const organization = await insertRow(em, 'organizations', { deleted_at: '2026-01-01T00:00:00Z' });
    const membership = await insertRow(em, 'organization_memberships', { organization_id: organization.id });

    expect(await em.count(OrganizationMembership, { id: `${membership.id}` })).toBe(1);
    expect(await em.findOne(OrganizationMembership, `${membership.id}`)).not.toBeNull();
  });
});

/** How many statements were sent meanwhile. */
async function countStatements(em: EntityManager, work: () => Promise<void>): Promise<number> {
  const execute = vi.spyOn(em.getConnection(), 'execute');

  try {
    await work();
    return execute.mock.calls.length;
  } finally {
    execute.mockRestore();
  }
}
