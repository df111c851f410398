import {
  type ChangeSet,
  ChangeSetType,
  type EntityManager,
  type EventSubscriber,
  type FlushEventArgs,
  Reference,
  wrap,
} from '@mikro-orm/core';
import { SoftDeletableEntity } from '../entities/soft-deletable.entity.js';

/** Entities whose rows must really go with the next flush. */
const purged = new WeakSet<object>();

/** Entities that the next flush marks as deleted, and whether they were live until then. */
const removed = new WeakMap<object, { wasLive: boolean }>();

/** What flushes of a unit of work have taken out of its identity map. */
const gone = new WeakMap<EntityManager, Set<object>>();

/** Notes that the entity's row must really go. */
export function notePurge(entity: object): void {
  removed.delete(entity);
  purged.add(entity);
}

/** Marks the entity as deleted. One that was loaded as deleted keeps its date. */
export function markAsDeleted(entity: SoftDeletableEntity): void {
  const wasLive = entity.deletedAt == null;
  entity.deletedAt ??= new Date();
  purged.delete(entity);
  removed.set(entity, { wasLive });

  // A flush that failed or was rolled back may have left a snapshot in which the row is deleted already.
  const snapshot = wrap(entity, true).__originalEntityData as { deletedAt?: unknown } | undefined;
  if (snapshot) {
    snapshot.deletedAt = null;
  }
}

/** Takes back what {@link markAsDeleted} or {@link notePurge} noted and no flush has done yet. */
export function takeBack(entity: object): void {
  purged.delete(entity);

  if (removed.get(entity)?.wasLive) {
    (entity as SoftDeletableEntity).deletedAt = null;
  }

  removed.delete(entity);
}

/** After a transaction: what has left its unit of work leaves the one around it too. */
export function passOnRemovals(inner: EntityManager, outer: EntityManager): void {
  for (const entity of gone.get(inner) ?? []) {
    leave(outer, entity);
  }
}

/**
 * Turns removals of entities that have `deletedAt` into updates, and takes those entities out of the identity map.
 *
 * The updates run before the flush's insertions, so that a new row may take a removed one's slug in the same flush.
 */
export class SoftDeleteSubscriber implements EventSubscriber {
  onFlush({ uow }: FlushEventArgs): void {
    const changeSets = uow.getChangeSets();

    for (const changeSet of changeSets) {
      const { entity, type } = changeSet;

      if (!(entity instanceof SoftDeletableEntity) || purged.has(entity)) {
        continue;
      }

      if (type === ChangeSetType.DELETE || type === ChangeSetType.DELETE_EARLY) {
        markAsDeleted(entity);
        uow.computeChangeSet(entity, ChangeSetType.UPDATE_EARLY);
      } else if (type === ChangeSetType.UPDATE && isBeingRemoved(entity)) {
        changeSet.type = refersToNew(changeSet, changeSets) ? ChangeSetType.UPDATE : ChangeSetType.UPDATE_EARLY;
      }
    }
  }

  afterFlush({ em, uow }: FlushEventArgs): void {
    for (const { entity } of uow.getChangeSets()) {
      purged.delete(entity);

      if (isBeingRemoved(entity)) {
        leave(em, entity);
      }

      removed.delete(entity);
    }
  }
}

/** Whether the entity was marked, and not brought back by hand meanwhile. */
const isBeingRemoved = (entity: object): boolean =>
  removed.has(entity) && (entity as SoftDeletableEntity).deletedAt !== null;

/** Whether the row refers to one that the same flush inserts, so that its update has to wait for that. */
function refersToNew({ entity, meta }: ChangeSet<object>, changeSets: ChangeSet<object>[]): boolean {
  const targets: unknown[] = meta.relations.map(({ name }) => Reference.unwrapReference(Reflect.get(entity, name)));
  return changeSets.some(({ type, entity: other }) => type === ChangeSetType.CREATE && targets.includes(other));
}

function leave(em: EntityManager, entity: object): void {
  // Not uow.unsetIdentity, which would also make the loaded rows that refer to this one lose their reference.
  em.getUnitOfWork(false).getIdentityMap().delete(entity);
  gone.set(em, (gone.get(em) ?? new Set()).add(entity));
}
