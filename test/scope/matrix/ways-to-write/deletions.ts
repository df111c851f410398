import type { RowWay } from './way.js';

/** Removals by the unit of work, and deletions by the entity manager's own statements. */
export const deletions: RowWay[] = [
  {
    name: 'em.remove of a found entity',
    covers: ['EntityManager.remove'],
    does: 'remove',
    hidesDeleted: true,
    run: async (em, { entity }, key) => {
      const found = await em.findOne(entity, key);
      found && em.remove(found);
    },
  },
  {
    name: 'em.remove of a reference',
    covers: ['EntityManager.remove'],
    does: 'remove',
    hidesDeleted: false,
    run: (em, { entity }, key) => void em.remove(em.getReference(entity, key)),
  },
  {
    name: 'em.purge',
    covers: ['EntityManager.purge'],
    does: 'delete',
    hidesDeleted: false,
    run: (em, { entity }, key) => void em.purge(em.getReference(entity, key)),
  },
  {
    name: 'em.nativeDelete',
    covers: ['EntityManager.nativeDelete'],
    does: 'delete',
    hidesDeleted: false,
    run: (em, { entity }, key) => em.nativeDelete(entity, { id: key }),
  },
  {
    name: 'repository.nativeDelete',
    covers: ['EntityRepository.nativeDelete'],
    does: 'delete',
    hidesDeleted: false,
    run: (em, { entity }, key) => em.getRepository(entity).nativeDelete({ id: key }),
  },
  {
    name: 'the driver: nativeDelete',
    covers: ['EntityManager.getDriver'],
    does: 'delete',
    hidesDeleted: false,
    run: async (em, { entity }, key) => (await em.getDriver().nativeDelete(entity, { id: key } as never)).affectedRows,
  },
  {
    name: 'qb.delete',
    covers: ['QueryBuilder.delete'],
    does: 'delete',
    hidesDeleted: false,
    run: async (em, { entity }, key) =>
      (await em.createQueryBuilder(entity).delete({ id: key }).execute('run')).affectedRows,
  },
];
