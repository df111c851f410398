import { wrap } from '@mikro-orm/core';
import type { ScopedEntityManager } from '../../../../src/index.js';
import type { Subject } from '../subjects.js';
import { patchOf, type RowWay } from './way.js';

/** Updates by the unit of work and by the entity manager's own statements. */
export const updates: RowWay[] = [
  flushed('a found entity', ['EntityManager.findOne', 'EntityManager.flush'], true, async (em, subject, key) => {
    const found = await em.findOne(subject.entity, key);
    Object.assign(found ?? {}, patchOf(subject));
  }),
  flushed('a reference', ['EntityManager.getReference'], false, (em, subject, key) => {
    Object.assign(em.getReference(subject.entity, key), patchOf(subject));
  }),
  flushed('em.assign', ['EntityManager.assign'], false, (em, subject, key) => {
    em.assign(em.getReference(subject.entity, key), patchOf(subject) as never);
  }),
  flushed('em.merge', ['EntityManager.merge'], false, (em, subject, key) => {
    Object.assign(em.merge(subject.entity, { id: key } as never), patchOf(subject));
  }),
  flushed('em.map', ['EntityManager.map'], false, (em, subject, key) => {
    Object.assign(em.map(subject.entity, { id: key } as never), patchOf(subject));
  }),
  flushed('em.persist of a reference', ['EntityManager.persist'], false, (em, subject, key) => {
    em.persist(Object.assign(em.getReference(subject.entity, key), patchOf(subject)));
  }),
  flushed('repository.assign', ['EntityRepository.assign'], false, (em, subject, key) => {
    em.getRepository(subject.entity).assign(em.getReference(subject.entity, key), patchOf(subject) as never);
  }),
  flushed('repository.merge', ['EntityRepository.merge'], false, (em, subject, key) => {
    Object.assign(em.getRepository(subject.entity).merge({ id: key } as never), patchOf(subject));
  }),
  flushed('repository.map', ['EntityRepository.map'], false, (em, subject, key) => {
    Object.assign(em.getRepository(subject.entity).map({ id: key } as never), patchOf(subject));
  }),
  flushed('Reference.unwrap', ['Reference.unwrap', 'Reference.getEntity'], false, (em, subject, key) => {
    const reference = em.getReference(subject.entity, key, { wrapped: true });
    Object.assign(reference.unwrap(), patchOf(subject));
  }),
  flushed('wrap(…).assign', ['EntityManager.assign'], false, (em, subject, key) => {
    wrap(em.getReference(subject.entity, key)).assign(patchOf(subject) as never);
  }),
  {
    name: 'em.fork and its flush',
    covers: ['EntityManager.fork', 'EntityManager.flush'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const fork = em.fork();
      Object.assign(fork.getReference(subject.entity, key), patchOf(subject));
      await fork.flush();
    },
  },
  {
    name: 'em.transactional and its flush',
    covers: ['EntityManager.transactional'],
    does: 'update',
    hidesDeleted: false,
    run: (em, subject, key) =>
      em.transactional((inner) => {
        Object.assign(inner.getReference(subject.entity, key), patchOf(subject));
      }),
  },
  {
    name: 'a flush before a find',
    covers: ['EntityManager.tryFlush', 'EntityManager.setFlushMode'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      em.setFlushMode('always');
      Object.assign(em.getReference(subject.entity, key), patchOf(subject));
      await em.count(subject.entity, { id: key });
    },
  },
  {
    name: 'the unit of work: commit',
    covers: ['EntityManager.getUnitOfWork'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      Object.assign(em.getReference(subject.entity, key), patchOf(subject));
      await em.getUnitOfWork().commit();
    },
  },
  {
    name: 'em.nativeUpdate',
    covers: ['EntityManager.nativeUpdate'],
    does: 'update',
    hidesDeleted: true,
    run: (em, subject, key) => em.nativeUpdate(subject.entity, { id: key }, patchOf(subject)),
  },
  {
    name: 'em.nativeUpdate with the filters of a foreign scope',
    covers: ['EntityManager.nativeUpdate'],
    does: 'update',
    hidesDeleted: false,
    run: (em, subject, key) =>
      em.nativeUpdate(subject.entity, { id: key }, patchOf(subject), {
        filters: { notDeleted: false, creator: false, org: false, user: false },
      }),
  },
  {
    name: 'repository.nativeUpdate',
    covers: ['EntityRepository.nativeUpdate'],
    does: 'update',
    hidesDeleted: true,
    run: (em, subject, key) => em.getRepository(subject.entity).nativeUpdate({ id: key }, patchOf(subject)),
  },
  {
    name: 'the driver: nativeUpdate',
    covers: ['EntityManager.getDriver'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) =>
      (await em.getDriver().nativeUpdate(subject.entity, { id: key } as never, patchOf(subject))).affectedRows,
  },
  {
    name: 'the driver: nativeUpdateMany',
    covers: ['EntityManager.getDriver'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) =>
      (await em.getDriver().nativeUpdateMany(subject.entity, [{ id: key }] as never, [patchOf(subject)])).affectedRows,
  },
  {
    name: 'qb.update',
    covers: ['QueryBuilder.update'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) =>
      (await em.createQueryBuilder(subject.entity).update(patchOf(subject)).where({ id: key }).execute('run'))
        .affectedRows,
  },
  {
    name: 'qb.update, returning',
    covers: ['QueryBuilder.update', 'QueryBuilder.returning'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) =>
      (
        await em
          .qb(subject.entity)
          .update(patchOf(subject))
          .where({ id: key })
          .returning('id' as never)
          .execute<object[]>('all')
      ).length,
  },
];

/** What the flush at the end of the scope writes. */
function flushed(
  name: string,
  covers: string[],
  hidesDeleted: boolean,
  change: (em: ScopedEntityManager, subject: Subject, key: string) => void | Promise<void>,
): RowWay {
  return { name: `${name}, changed`, covers, does: 'update', hidesDeleted, run: change };
}
