import { assertScopeEnforced, inScope, OutOfScopeError, type User } from '@codex/database';
import type { Factories } from '@codex/database/local';
import { describe, expect } from 'vitest';
import { Playlist } from '../src/playlist.entity.js';
import { test } from './harness.js';

const twoCreators = (factories: Factories): [User, User] => [factories.user(), factories.user()];

describe('a creator’s scope', () => {
  test('sees the creator’s playlists, and those of no other', async ({ em, factories, scope }) => {
    const [ada, grace] = twoCreators(factories);
    em.create(Playlist, { creator: ada, name: 'Night bus' });
    const other = em.create(Playlist, { creator: grace, name: 'Sunday' });
    await em.flush();

    await scope.asCreator(ada, async (own) => {
      expect((await own.find(Playlist, {})).map(({ name }) => name)).toEqual(['Night bus']);
      expect(await own.findOne(Playlist, other.id)).toBeNull();
      // Row-level security, not MikroORM's conditions: the same in SQL.
      expect(await own.execute('select name from playlists')).toEqual([{ name: 'Night bus' }]);
    });
  });

  test('gives a new playlist its creator', async ({ em, factories, scope }) => {
    const creator = factories.user();
    await em.flush();

    const playlist = await scope.asCreator(creator, (own) => own.create(Playlist, { name: 'Night bus' }));

    expect((await em.fork().findOneOrFail(Playlist, playlist.id)).creator.id).toBe(creator.id);
  });

  test('changes nothing of another creator', async ({ em, factories, scope }) => {
    const [ada, grace] = twoCreators(factories);
    const { id } = em.create(Playlist, { id: '0c5b4dd2-5f0c-4a7e-9a41-0f0f6d6d9a10', creator: grace, name: 'Sunday' });
    await em.flush();

    const takeOver = scope.asCreator(ada, (own) => {
      own.getReference(Playlist, id).name = 'Mine';
    });

    await expect(takeOver).rejects.toThrow(OutOfScopeError);
    expect((await em.fork().findOneOrFail(Playlist, id)).name).toBe('Sunday');
  });

  test('shows a user no playlist', async ({ em, factories, scope }) => {
    const creator = factories.user();
    em.create(Playlist, { creator, name: 'Night bus' });
    await em.flush();

    expect(await scope.asUser(creator, (own) => own.find(Playlist, {}))).toEqual([]);
  });

  test.database('is the same over connections of its own', async ({ orm, em, factories }) => {
    const [ada, grace] = twoCreators(factories);
    em.create(Playlist, { creator: ada, name: 'Night bus' });
    em.create(Playlist, { creator: grace, name: 'Sunday' });
    await em.flush();

    const names = await Promise.all(
      [ada, grace].map(({ id }) => inScope(orm, { creator: id }, (own) => own.findAll(Playlist, { fields: ['name'] }))),
    );

    expect(names.map((found) => found.map(({ name }) => name))).toEqual([['Night bus'], ['Sunday']]);
  });

  test('is enforced by the database, as the entity declares it', async ({ orm }) => {
    await assertScopeEnforced(orm);
  });
});
