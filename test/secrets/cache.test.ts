import { describe, expect } from 'vitest';
import { InvalidArgumentError, User } from '../../src/index.js';
import { guarded, test } from './canary.js';

describe('the result cache', () => {
  test.for(guarded)(
    'takes nothing of a table that has secrets: $table',
    async ({ entity, properties }, { em, canaries: _ }) => {
      const cache = 1_000;

      for (const work of [
        () => em.find(entity, {}, { cache }),
        () => em.find(entity, {}, { cache: ['name', cache], populate: properties }),
        () => em.findOne(entity, { id: 'canary' }, { cache: true }),
        () => em.findAndCount(entity, {}, { cache }),
        () => em.count(entity, {}, { cache }),
        () => em.qb(entity).select('*').cache().execute(),
        () => em.qb(entity).select(properties).cache(cache).getResult(),
      ]) {
        await expect(work()).rejects.toThrow(InvalidArgumentError);
      }
    },
  );

  test('takes what has none', async ({ em, canaries: _ }) => {
    const [user] = await em.find(User, {}, { cache: 10_000 });
    await em.fork().nativeUpdate(User, { id: 'canary' }, { name: 'Eve' });

    expect(await em.fork().find(User, {}, { cache: 10_000 })).toMatchObject([{ name: user!.name }]);
  });
});
