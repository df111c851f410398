import type { PolicyDef } from '@mikro-orm/core';
import { roleOf, type ScopeKind, scopeKinds } from './scope.js';
import { isVisible, isWritable, partValue, type Sight, type Visibility } from './visibility.js';

/**
 * One row-level-security policy for each kind of scope that sees the entity, and for the role of that kind alone.
 *
 * PostgreSQL lets a row through if any policy of the role does. Were there one role for all kinds, each query would carry
 * the conditions of all, joined by OR, and would be planned without the index that its own condition has.
 */
export function policiesOf(visibility: Visibility): PolicyDef[] {
  return scopeKinds
    .filter((kind) => isVisible(kind, visibility))
    .map((kind) => {
      const holds: PolicyDef['using'] = (columns, table) =>
        kind
          .map((part) =>
            sightCondition(
              visibility.sights[part]!,
              partValue(part),
              (property) => `${Reflect.get(columns, property)}`,
              table.name,
            ),
          )
          .join(' and ');

      return {
        name: policyName(kind),
        roles: [roleOf(kind)],
        ...(isWritable(kind, visibility)
          ? { command: 'all', using: holds, check: holds }
          : { command: 'select', using: holds }),
      };
    });
}

/** What the policy for a kind of scope is called, on every table. */
const policyName = (kind: ScopeKind): string => `${kind.join('_')}_scope`;

const sightCondition = ({ by }: Sight, value: string, columnOf: (property: string) => string, table: string): string =>
  typeof by === 'string' ? `${columnOf(by)} = ${value}` : by(table, value);
