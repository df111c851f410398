import { LockMode } from '@mikro-orm/core';
import { missingKey } from '../subjects.js';
import { isLockable, keysIn, keysOf, type ListWay, shown } from './way.js';

/** Reads of many rows by the entity manager and by repositories. */
export const finds: ListWay[] = [
  {
    name: 'em.find',
    covers: ['EntityManager.find'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysOf(await em.find(entity, {})),
  },
  {
    name: 'em.find with deleted rows',
    covers: ['EntityManager.find'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.find(entity, {}, shown)),
  },
  {
    name: 'em.find of all keys that there are',
    covers: ['EntityManager.find'],
    hidesDeleted: false,
    list: async (em, { entity, rows }) =>
      keysOf(await em.find(entity, { id: { $in: rows.map(({ id }) => id) } }, shown)),
  },
  {
    name: 'em.find with the filters of a foreign scope',
    covers: ['EntityManager.find'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(await em.find(entity, {}, { filters: { notDeleted: false, creator: false, org: false, user: false } })),
  },
  {
    name: 'em.find under a lock',
    covers: ['EntityManager.find'],
    hidesDeleted: true,
    reaches: isLockable,
    list: async (em, { entity }) => keysOf(await em.find(entity, {}, { lockMode: LockMode.PESSIMISTIC_WRITE })),
  },
  {
    name: 'em.find with an or',
    covers: ['EntityManager.find'],
    hidesDeleted: false,
    list: async (em, subject) => {
      const id = missingKey(subject);
      return keysOf(await em.find(subject.entity, { $or: [{ id }, { id: { $ne: id } }] }, shown));
    },
  },
  {
    name: 'em.find over a union',
    covers: ['EntityManager.find'],
    hidesDeleted: false,
    list: async (em, { entity, rows }) =>
      keysOf(await em.find(entity, {}, { ...shown, unionWhere: rows.map(({ id }) => ({ id })) } as object)),
  },
  {
    name: 'em.find with a cache',
    covers: ['EntityManager.find', 'EntityManager.tryCache', 'EntityManager.storeCache'],
    hidesDeleted: true,
    list: async (em, { entity, table }) => keysOf(await em.find(entity, {}, { cache: [`matrix ${table}`, 60_000] })),
  },
  {
    name: 'em.findAll',
    covers: ['EntityManager.findAll'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysOf(await em.findAll(entity)),
  },
  {
    name: 'em.findAndCount',
    covers: ['EntityManager.findAndCount'],
    hidesDeleted: true,
    list: async (em, { entity }) => consistent(await em.findAndCount(entity, {})),
  },
  {
    name: 'em.findByCursor',
    covers: ['EntityManager.findByCursor'],
    hidesDeleted: true,
    list: async (em, { entity }) => {
      const { items, totalCount } = await em.findByCursor(entity, { first: 100, orderBy: { id: 'asc' } } as never);
      return consistent([items, totalCount]);
    },
  },
  {
    name: 'em.stream',
    covers: ['EntityManager.stream'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysIn(em.stream(entity, {})),
  },
  {
    name: 'em.countBy',
    covers: ['EntityManager.countBy'],
    hidesDeleted: true,
    list: async (em, { entity }) => Object.keys(await em.countBy(entity, 'id' as never)),
  },
  {
    name: 'em.fork',
    covers: ['EntityManager.fork'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysOf(await em.fork({ clear: false, useContext: true }).find(entity, {})),
  },
  {
    name: 'em.fork without transactions',
    covers: ['EntityManager.fork'],
    hidesDeleted: true,
    list: async (em, { entity }) =>
      keysOf(await em.fork({ disableTransactions: true, keepTransactionContext: false }).find(entity, {})),
  },
  {
    name: 'em.transactional',
    covers: ['EntityManager.transactional'],
    hidesDeleted: true,
    list: async (em, { entity }) => em.transactional(async (inner) => keysOf(await inner.find(entity, {}))),
  },
  {
    name: 'the unit of work',
    covers: ['EntityManager.getUnitOfWork'],
    hidesDeleted: false,
    list: async (em, { entity, rows }) => {
      const found = rows.map(({ id }) => em.getReference(entity, id));
      await Promise.all(found.map((each) => em.refresh(each, shown)));
      const unitOfWork = em.getUnitOfWork();

      return keysOf(found.filter((each) => Reflect.has(unitOfWork.getOriginalEntityData(each) ?? {}, 'createdAt')));
    },
  },
  {
    name: 'the driver: find',
    covers: ['EntityManager.getDriver'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.getDriver().find(entity, {})),
  },
  {
    name: 'the driver: stream',
    covers: ['EntityManager.getDriver'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysIn(em.getDriver().stream(entity, {}, { mapResults: false } as never)),
  },
  {
    name: 'repository.find',
    covers: ['EntityManager.getRepository', 'EntityRepository.find'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysOf(await em.getRepository(entity).find({})),
  },
  {
    name: 'repository.findAll',
    covers: ['EntityManager.repo', 'EntityRepository.findAll'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysOf(await em.repo(entity).findAll()),
  },
  {
    name: 'repository.findAndCount',
    covers: ['EntityRepository.findAndCount'],
    hidesDeleted: true,
    list: async (em, { entity }) => consistent(await em.getRepository(entity).findAndCount({})),
  },
  {
    name: 'repository.findByCursor',
    covers: ['EntityRepository.findByCursor'],
    hidesDeleted: true,
    list: async (em, { entity }) => {
      const { items, totalCount } = await em
        .getRepository(entity)
        .findByCursor({ first: 100, orderBy: { id: 'asc' } } as never);
      return consistent([items, totalCount]);
    },
  },
  {
    name: 'repository.stream',
    covers: ['EntityRepository.stream'],
    hidesDeleted: true,
    list: async (em, { entity }) => keysIn(em.getRepository(entity).stream({})),
  },
  {
    name: 'repository.countBy',
    covers: ['EntityRepository.countBy'],
    hidesDeleted: true,
    list: async (em, { entity }) => Object.keys(await em.getRepository(entity).countBy('id' as never)),
  },
];

/** The keys, and one more that nobody expects if the total differs from what is there. */
function consistent([found, total]: [found: readonly unknown[], total: number | undefined]): string[] {
  return [...keysOf(found), ...(total === found.length ? [] : [`a total of ${total}`])];
}
