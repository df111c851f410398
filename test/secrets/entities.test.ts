import { type EntityDTO, serialize, wrap } from '@mikro-orm/core';
import { describe, expect, expectTypeOf } from 'vitest';
import type { EntityManager, Session } from '../../src/index.js';
import { createCanaries, guarded, marker, print, secrets, secretsOf, test } from './canary.js';

/** What a program may make of an entity to show it. */
const serializations: Record<string, (entity: object) => unknown> = {
  'the entity': (entity) => entity,
  'a list of it': (entity) => [entity, new Set([entity]), new Map([[1, entity]])],
  spread: (entity) => ({ ...entity }),
  'Object.assign': (entity) => Object.assign({}, entity),
  entries: (entity) => Object.fromEntries(Object.entries(entity)),
  toJSON: (entity) => wrap(entity).toJSON(),
  toObject: (entity) => wrap(entity).toObject(),
  toPOJO: (entity) => wrap(entity).toPOJO(),
  serialize: (entity) => serialize(entity, { populate: ['*'] as never }),
  'serialize, hidden ones included': (entity) => serialize(entity, { includeHidden: true } as never),
  'serialize, each by name': (entity) => {
    const names = secrets.map(({ property }) => property);
    return [serialize(entity, { populate: names as never }), serialize(entity, { fields: names as never })];
  },
};

const ways = Object.entries(serializations);

function expectSilence(entities: object[]): void {
  for (const [way, serializeBy] of ways) {
    for (const entity of entities) {
      expect(print(serializeBy(entity)), `${way} of ${entity.constructor.name}`).not.toContain(marker);
    }
  }
}

const findAll = (em: EntityManager, isNamed: boolean) =>
  Promise.all(
    guarded.map(({ entity, properties }) =>
      em.findOneOrFail(entity, 'canary', { ...(isNamed && { populate: properties }) }),
    ),
  );

const read = (entities: object[]) =>
  Object.assign({}, ...guarded.map(({ properties }, index) => pick(entities[index]!, properties)));
const pick = (entity: object, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, Reflect.get(entity, name)]));
const all = secretsOf(secrets.map(({ property }) => property));

describe('a secret on an entity', () => {
  test('is read by its name alone when it was just set', ({ em }) => {
    const entities = createCanaries(em);

    expect(read(entities)).toEqual(all);
    expectSilence(entities);
  });

  test('is read by its name alone once it is written and loaded', async ({ em, canaries: _ }) => {
    const loaded = await findAll(em, true);

    expect(read(loaded)).toEqual(all);
    expectSilence(loaded);
  });

  test('is not there at all where no one named it', async ({ em, canaries: _ }) => {
    const loaded = await findAll(em, false);

    expect(Object.values(read(loaded))).toEqual(secrets.map(() => undefined));
    expectSilence(loaded);
  });

  test('is written when it changes, by assignment and by em.assign', async ({ em, canaries: _ }) => {
    const transaction = em.transactional(async (inner) => {
      const [account, session] = await findAll(inner, true);
      session!.token = 'changed';
      inner.assign(account as never, { password: null, idToken: 'changed too' } as never);
      await inner.flush();

      const stored = await inner.execute('select token, password, id_token, refresh_token from sessions, accounts');
      expect(stored).toEqual([
        { token: 'changed', password: null, id_token: 'changed too', refresh_token: all.refreshToken },
      ]);
      throw new Error('not for the other tests');
    });

    await expect(transaction).rejects.toThrow('not for the other tests');
  });

  test('is not in the types of what is serialized', () => {
    expectTypeOf<Session>().toHaveProperty('token');
    expectTypeOf<EntityDTO<Session>>().not.toHaveProperty('token');
  });
});
