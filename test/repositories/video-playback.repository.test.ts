import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type EntityManager, InvalidArgumentError, isForeignKeyViolation, VideoPlayback } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { createUser, createVideo } from '../support/world.js';

/** Someone who watches something. */
async function watch(em: EntityManager) {
  const [viewer, creator] = [await createUser(em), await createUser(em)];
  const content = await createVideo(em, creator);

  return { userId: viewer.id, contentId: content.id };
}

describe('VideoPlaybackRepository.saveProgress', () => {
  test('creates the row, then moves it', async ({ em }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);
    const first = await playback.saveProgress({ ...who, positionSeconds: 30, durationSeconds: 600 });
    const second = await playback.saveProgress({ ...who, positionSeconds: 60, durationSeconds: 600 });

    expect(second).toBe(first);
    expect(await em.fork().find(VideoPlayback, { user: who.userId })).toMatchObject([
      { id: first.id, positionSeconds: 60, durationSeconds: 600, completed: false },
    ]);
  });

  test('never goes back, and is completed from 95 % on for good', async ({ em }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);
    const seconds = fc.array(fc.integer({ min: 0, max: 110 }), { minLength: 1, maxLength: 8 });

    await fc.assert(
      fc.asyncProperty(seconds, async (positions) => {
        await em.nativeDelete(VideoPlayback, { user: who.userId });
        em.clear();

        for (const [index, positionSeconds] of positions.entries()) {
          const furthest = Math.max(...positions.slice(0, index + 1));
          const saved = await playback.saveProgress({ ...who, positionSeconds, durationSeconds: 100 });

          expect(saved).toMatchObject({ positionSeconds: furthest, completed: furthest >= 95 });
        }
      }),
      { numRuns: 25 },
    );
  });

  test('returns what is stored, not what was changed on the loaded entity meanwhile', async ({ em }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);
    const saved = await playback.saveProgress({ ...who, positionSeconds: 50, durationSeconds: 100 });
    saved.positionSeconds = 7;
    await playback.saveProgress({ ...who, positionSeconds: 60, durationSeconds: 100 });
    await em.flush();

    expect(saved.positionSeconds).toBe(60);
    expect(await em.fork().findOneOrFail(VideoPlayback, saved.id)).toHaveProperty('positionSeconds', 60);
  });

  test('stays completed when the content turns out to be longer', async ({ em }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);
    await playback.saveProgress({ ...who, positionSeconds: 100, durationSeconds: 100 });

    expect(await playback.saveProgress({ ...who, positionSeconds: 100, durationSeconds: 500 })).toMatchObject({
      durationSeconds: 500,
      completed: true,
    });
  });

  test('is completed when the content turns out to be shorter than what was watched', async ({ em }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);
    await playback.saveProgress({ ...who, positionSeconds: 90, durationSeconds: 200 });

    expect(await playback.saveProgress({ ...who, positionSeconds: 10, durationSeconds: 92 })).toHaveProperty(
      'completed',
      true,
    );
  });

  test('takes the longest positions without overflow, and no length at all for not completed', async ({ em }) => {
    const playback = em.getRepository(VideoPlayback);
    const longest = 2 ** 31 - 1;
    const [one, two] = [await watch(em), await watch(em)];

    expect(await playback.saveProgress({ ...one, positionSeconds: longest, durationSeconds: longest })).toHaveProperty(
      'completed',
      true,
    );
    expect(await playback.saveProgress({ ...one, positionSeconds: 0, durationSeconds: longest })).toHaveProperty(
      'positionSeconds',
      longest,
    );
    expect(await playback.saveProgress({ ...two, positionSeconds: 0, durationSeconds: 0 })).toHaveProperty(
      'completed',
      false,
    );
  });

  test.database('keeps the furthest of many saves at the same time', async ({ orm, em }) => {
    const who = await watch(em);
    const saves = Array.from({ length: 20 }, (_, number) =>
      orm.em
        .fork()
        .getRepository(VideoPlayback)
        .saveProgress({ ...who, positionSeconds: number, durationSeconds: 100 }),
    );
    await Promise.all(saves);

    expect(await em.find(VideoPlayback, { user: who.userId })).toMatchObject([{ positionSeconds: 19 }]);
  });

  test('refuses fractions and negatives before any SQL, and lets the database refuse unknown content', async ({
    em,
  }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);

    for (const faulty of [-1, 1.5, Number.NaN, 2 ** 31, '3' as never]) {
      await expect(
        playback.saveProgress({ ...who, positionSeconds: faulty, durationSeconds: 100 }),
      ).rejects.toMatchObject({ field: 'positionSeconds' });
      await expect(playback.saveProgress({ ...who, positionSeconds: 1, durationSeconds: faulty })).rejects.toThrow(
        InvalidArgumentError,
      );
    }

    const contentId = '99999999-0000-4000-8000-000000000000';
    const unknown = playback.saveProgress({ ...who, contentId, positionSeconds: 1, durationSeconds: 2 });
    expect(isForeignKeyViolation(await unknown.catch((error: unknown) => error))).toBe(true);
  });
});

describe('VideoPlaybackRepository', () => {
  test('finds the progress of one user in one content', async ({ em }) => {
    const who = await watch(em);
    const playback = em.getRepository(VideoPlayback);
    await playback.saveProgress({ ...who, positionSeconds: 30, durationSeconds: 600 });

    expect(await em.fork().getRepository(VideoPlayback).findProgress(who.userId, who.contentId)).toMatchObject({
      positionSeconds: 30,
    });
    expect(await playback.findProgress('somebody', who.contentId)).toBeNull();
  });

  // In one transaction, all would have been watched at the same time.
  test.database('lists what was begun and not finished, last watched first', async ({ em }) => {
    const { userId, contentId } = await watch(em);
    const creator = await createUser(em);
    const [later, finished] = [await createVideo(em, creator, { title: 'Later' }), await createVideo(em, creator)];
    const playback = em.getRepository(VideoPlayback);
    await playback.saveProgress({ userId, contentId, positionSeconds: 30, durationSeconds: 600 });
    await playback.saveProgress({ userId, contentId: later.id, positionSeconds: 30, durationSeconds: 600 });
    await playback.saveProgress({ userId, contentId: finished.id, positionSeconds: 600, durationSeconds: 600 });

    const unfinished = await em.fork().getRepository(VideoPlayback).findUnfinished(userId);
    expect(unfinished.map(({ content }) => content.title)).toEqual(['Later', 'Spring']);
  });
});
