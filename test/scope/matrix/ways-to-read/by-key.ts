import { LockMode, Reference, wrap } from '@mikro-orm/core';
import { type KeyWay, keyIf, keyOf, shown } from './way.js';

/** Reads of one row by the entity manager, by repositories and by references. */
export const byKey: KeyWay[] = [
  {
    name: 'em.findOne',
    covers: ['EntityManager.findOne'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.findOne(entity, key)),
  },
  {
    name: 'em.findOne with deleted rows',
    covers: ['EntityManager.findOne'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => keyOf(await em.findOne(entity, key, shown)),
  },
  {
    name: 'em.findOneOrFail',
    covers: ['EntityManager.findOneOrFail'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => keyOf(await em.findOneOrFail(entity, key, shown)),
  },
  {
    name: 'em.count',
    covers: ['EntityManager.count'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyIf(key, await em.count(entity, { id: key })),
  },
  {
    name: 'em.refresh',
    covers: ['EntityManager.refresh'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.refresh(em.getReference(entity, key))),
  },
  {
    name: 'em.refreshOrFail',
    covers: ['EntityManager.refreshOrFail'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.refreshOrFail(em.getReference(entity, key))),
  },
  {
    name: 'em.lock',
    covers: ['EntityManager.lock'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => {
      const found = await em.findOne(entity, key);
      found && (await em.lock(found, LockMode.PESSIMISTIC_READ));
      return keyOf(found);
    },
  },
  {
    name: 'em.getReference and its initialization',
    covers: ['EntityManager.getReference'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await wrap(em.getReference(entity, key)).init()),
  },
  {
    name: 'em.populate of a reference',
    covers: ['EntityManager.populate'],
    hidesDeleted: true,
    // What is populated must be a column, which the reference does not have yet.
    appliesTo: ({ meta }) => meta.relations[0]?.kind === 'm:1',
    ask: async (em, { entity, meta }, key) => {
      const [found] = await em.populate([em.getReference(entity, key)], [meta.relations[0]!.name] as never);
      return keyIf(key, found && wrap(found).isInitialized());
    },
  },
  {
    name: 'em.merge and its refresh',
    covers: ['EntityManager.merge'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.refresh(em.merge(entity, { id: key } as never))),
  },
  {
    name: 'em.map and its refresh',
    covers: ['EntityManager.map'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.refresh(em.map(entity, { id: key } as never))),
  },
  {
    name: 'the driver: findOne',
    covers: ['EntityManager.getDriver'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => keyOf(await em.getDriver().findOne(entity, { id: key } as never)),
  },
  {
    name: 'the driver: count',
    covers: ['EntityManager.getDriver'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => keyIf(key, await em.getDriver().count(entity, { id: key } as never)),
  },
  {
    name: 'repository.findOne',
    covers: ['EntityRepository.findOne'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.getRepository(entity).findOne(key)),
  },
  {
    name: 'repository.findOneOrFail',
    covers: ['EntityRepository.findOneOrFail'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.getRepository(entity).findOneOrFail(key)),
  },
  {
    name: 'repository.count',
    covers: ['EntityRepository.count'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyIf(key, await em.getRepository(entity).count({ id: key })),
  },
  {
    name: 'repository.getReference and its refresh',
    covers: ['EntityRepository.getReference', 'EntityRepository.getEntityManager'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => {
      const repository = em.getRepository(entity);
      return keyOf(await repository.getEntityManager().refresh(repository.getReference(key)));
    },
  },
  {
    name: 'repository.populate of a reference',
    covers: ['EntityRepository.populate'],
    hidesDeleted: true,
    // What is populated must be a column, which the reference does not have yet.
    appliesTo: ({ meta }) => meta.relations[0]?.kind === 'm:1',
    ask: async (em, { entity, meta }, key) => {
      const [found] = await em
        .getRepository(entity)
        .populate([em.getReference(entity, key)], [meta.relations[0]!.name] as never);
      return keyIf(key, found && wrap(found).isInitialized());
    },
  },
  {
    name: 'repository.merge and its refresh',
    covers: ['EntityRepository.merge'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.refresh(em.getRepository(entity).merge({ id: key } as never))),
  },
  {
    name: 'repository.map and its refresh',
    covers: ['EntityRepository.map'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.refresh(em.getRepository(entity).map({ id: key } as never))),
  },
  {
    name: 'Reference.load',
    covers: ['Reference.load', 'EntityManager.getReference'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await em.getReference(entity, key, { wrapped: true }).load()),
  },
  {
    name: 'Reference.loadOrFail',
    covers: ['Reference.loadOrFail'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) => keyOf(await Reference.create(em.getReference(entity, key)).loadOrFail()),
  },
  {
    name: 'Reference.loadProperty',
    covers: ['Reference.loadProperty'],
    hidesDeleted: true,
    ask: async (em, { entity }, key) =>
      keyIf(key, await em.getReference(entity, key, { wrapped: true }).loadProperty('createdAt' as never)),
  },
];
