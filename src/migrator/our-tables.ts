import type { EntityMetadata } from '@mikro-orm/core';
import type { DatabaseTable, EntityManager } from '@mikro-orm/sql';
import { entities } from '../entities/all.js';

/** Whether a table is one of this package, whose migrations a package above it does not write. */
export function isOurTable(em: EntityManager): (table: DatabaseTable) => boolean {
  const standard = em.getPlatform().getDefaultSchemaName();
  const key = (schema: string | undefined, name: string): string => `${schema ?? standard}.${name}`;
  const ours = new Set(
    entities.map((entity) => {
      const { schema, tableName }: EntityMetadata = em.getMetadata().get(entity as never);
      return key(schema, tableName);
    }),
  );

  return ({ schema, name }) => ours.has(key(schema, name));
}
