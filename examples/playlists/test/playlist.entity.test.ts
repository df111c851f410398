import { getConstraintName, isCheckViolation, isUniqueViolation } from '@codex/database';
import { describe, expect } from 'vitest';
import { Playlist } from '../src/playlist.entity.js';
import { test } from './harness.js';

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('Playlist', () => {
  test('is kept, and stands first unless it is told where', async ({ em, factories }) => {
    const creator = factories.user();
    const playlist = em.create(Playlist, { creator, name: 'Night bus' });
    await em.flush();

    const stored = await em.fork().findOneOrFail(Playlist, playlist.id, { populate: ['creator'] });
    expect(stored).toMatchObject({ name: 'Night bus', position: 0 });
    expect(stored.creator.name).toBe(creator.name);
    expect(stored.createdAt).toBeInstanceOf(Date);
  });

  test('has a name that its creator uses once, and others may use too', async ({ em, factories }) => {
    const [ada, grace] = [factories.user(), factories.user()];
    em.create(Playlist, { creator: ada, name: 'Night bus' });
    em.create(Playlist, { creator: grace, name: 'Night bus' });
    await em.flush();

    em.create(Playlist, { creator: ada, name: 'Night bus' });
    const error = await rejection(em.flush());

    expect(isUniqueViolation(error)).toBe(true);
    expect(getConstraintName(error)).toBe('playlists_creator_id_name_unique');
  });

  test.for([
    ['playlists_name_check', { name: '' }],
    ['playlists_position_check', { name: 'Night bus', position: -1 }],
  ] as const)('is refused by %s', async ([constraint, values], { em, factories }) => {
    em.create(Playlist, { creator: factories.user(), ...values });
    const error = await rejection(em.flush());

    expect(isCheckViolation(error)).toBe(true);
    expect(getConstraintName(error)).toBe(constraint);
  });

  test('goes with its creator', async ({ em, factories }) => {
    const creator = factories.user();
    const playlist = em.create(Playlist, { creator, name: 'Night bus' });
    await em.flush();

    em.remove(creator);
    await em.flush();

    expect(await em.fork().count(Playlist, playlist.id)).toBe(0);
  });

  test('is listed with its creator in one query', async ({ em, factories, queries }) => {
    const creator = factories.user();
    em.create(Playlist, { creator, name: 'Second', position: 1 });
    em.create(Playlist, { creator, name: 'First' });
    await em.flush();
    queries.reset();

    const found = await em
      .fork()
      .getRepository(Playlist)
      .find({ creator: creator.id }, { populate: ['creator'], orderBy: { position: 'asc' } });

    expect(found.map(({ name }) => name)).toEqual(['First', 'Second']);
    expect(queries).toBeAtMost(1);
  });

  test.database('notes when it was changed, across transactions', async ({ database, em, factories }) => {
    const playlist = em.create(Playlist, { creator: factories.user(), name: 'Night bus' });
    await em.flush();
    playlist.name = 'Night train';
    await em.flush();

    const stored = await database.orm.em.fork().findOneOrFail(Playlist, playlist.id);
    expect(stored.updatedAt.getTime()).toBeGreaterThan(stored.createdAt.getTime());
  });
});
