import { type EntityClass, type EntityMetadata, ReferenceKind } from '@mikro-orm/core';
import type { EntityManager, NewEntity } from '../orm/entity-manager.js';

/** A row as seed data has it: with its key, and relations by theirs. */
export type SeedRow<Entity> = NewEntity<Entity> & { id: string };

/**
 * Inserts the rows that are absent, and touches no row that is there.
 *
 * Left out is also a row whose unique values another row holds, and one that refers to a row which does not exist.
 */
export async function insertAbsent<Entity extends object>(
  em: EntityManager,
  entityClass: EntityClass<Entity>,
  rows: SeedRow<Entity>[],
): Promise<void> {
  let insertable = rows;

  for (const { name, targetMeta } of em.getMetadata(entityClass).relations.filter(isToOne)) {
    const keyOf = (row: SeedRow<Entity>) => Reflect.get(row, name) as string | null | undefined;
    const existing = await findExisting(em, targetMeta!, insertable.map(keyOf));
    insertable = insertable.filter((row) => existing.has(keyOf(row) ?? null));
  }

  if (insertable.length > 0) {
    await em.createQueryBuilder(entityClass).insert(insertable).onConflict().ignore().execute('run');
  }
}

const isToOne = ({ kind }: { kind: ReferenceKind }) => kind === ReferenceKind.MANY_TO_ONE;

/** Those of the keys that have a row, deleted or not. Nothing to refer to always exists. */
async function findExisting(
  em: EntityManager,
  { class: entityClass }: EntityMetadata,
  keys: (string | null | undefined)[],
): Promise<Set<string | null>> {
  const found = await em
    .createQueryBuilder<{ id: string }>(entityClass)
    .select('id')
    .where({ id: { $in: keys.filter((key) => key != null) } })
    .execute<{ id: string }[]>('all');

  return new Set([null, ...found.map(({ id }) => id)]);
}
