import { Entity, Filter } from '@mikro-orm/decorators/legacy';
import { SoftDeletableEntity } from '../entities/soft-deletable.entity.js';
import { scopeFilter } from '../filters/scope-filter.js';
import { policiesOf } from './policies.js';
import { type ScopePart, scopeParts } from './scope.js';
import { declareVisibility, partCondition, type Sights, type WriteCommand } from './visibility.js';

/** The filter and its argument by which a part is asked for outside of a scope. */
const argumentOf = { creator: 'creatorId', org: 'orgId', user: 'userId' } as const satisfies Record<ScopePart, string>;

/**
 * Says which scopes see an entity's rows: the one place from which its filters and its row-level-security policies come.
 *
 * @param sights by part, the property that carries it; or {@link readOnly}. Nothing means never.
 * @param writes what a scope may do with rows that it may write. Default: all, but for deletions of what is only marked
 *   as deleted.
 */
export function ScopedBy(sights: Sights, writes?: readonly WriteCommand[]) {
  return (entityClass: new (...args: never[]) => object): void => {
    const isSoftDeletable = entityClass.prototype instanceof SoftDeletableEntity;
    const visibility = declareVisibility(
      entityClass,
      sights,
      writes ?? (isSoftDeletable ? ['insert', 'update'] : ['insert', 'update', 'delete']),
    );

    // Without a policy, row-level security shows nothing.
    Entity({ rowLevelSecurity: true, policies: policiesOf(visibility) })(entityClass);

    for (const part of scopeParts) {
      const sight = visibility.sights[part];
      sight && Filter(scopeFilter(part, argumentOf[part], (value) => partCondition(sight, value)))(entityClass);
    }
  };
}
