import type { FilterQuery } from '@mikro-orm/core';
import { partsOf, type Scope } from './scope.js';
import { isVisible, isWritable, partCondition, visibilityOf } from './visibility.js';

/**
 * The condition that a scope sets on an entity's rows, for MikroORM. It holds for none that the scope must not see or, in
 * an update or a deletion, must not write.
 */
export function scopeCondition(
  scope: Scope,
  entityClass: object,
  type: 'read' | 'update' | 'delete',
): FilterQuery<object> {
  const parts = partsOf(scope);
  const visibility = visibilityOf(entityClass);
  const mayPass = type === 'read' ? isVisible(parts, visibility) : isWritable(parts, visibility);

  return mayPass && visibility
    ? { $and: parts.map((part) => partCondition(visibility.sights[part]!, scope[part]!)) }
    : ({ id: { $in: [] } } as FilterQuery<object>);
}

/** The properties that the scope gives to a new row, and their values, where the row has none. */
export function missingDefaults(scope: Scope, entityClass: object, row: object): [property: string, value: string][] {
  const sights = visibilityOf(entityClass)?.sights ?? {};

  return partsOf(scope).flatMap((part): [string, string][] => {
    const sight = sights[part];
    const property = typeof sight?.by === 'string' && !sight.isReadOnly && sight.by !== 'id' ? sight.by : undefined;

    return property && (Reflect.get(row, property) ?? null) === null ? [[property, scope[part]!]] : [];
  });
}

/** A new row's data with what the scope gives to it. */
export const completeData = <Data extends object>(scope: Scope, entityClass: object, data: Data): Data => ({
  ...data,
  ...Object.fromEntries(missingDefaults(scope, entityClass, data)),
});
