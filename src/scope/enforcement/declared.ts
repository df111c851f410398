import type { PolicyDef, TriggerDef } from '@mikro-orm/core';
import type { EntityManager } from '../../orm/entity-manager.js';
import { scopeKinds } from '../scope.js';
import { isVisible, isWritable, visibilityOf } from '../visibility.js';

/** What an entity asks of its table, so that scopes hold. */
export interface DeclaredTable {
  name: string;
  /** What scopes may do with it, as PostgreSQL calls it. */
  privileges: string[];
  policies: DeclaredPolicy[];
  rules: DeclaredRule[];
}

export interface DeclaredPolicy {
  name: string;
  /** One letter, as in `pg_policy.polcmd`. */
  command: string;
  roles: string[];
  using: string | undefined;
  check: string | undefined;
}

/** A trigger that keeps a rule over two tables, by a function that runs with its owner's rights. */
export interface DeclaredRule {
  trigger: string;
  /** The whole statement, as PostgreSQL writes it. */
  definition: string;
  function: string;
  settings: string;
  source: string;
  /** Whether nobody but its owner may put the function on a table. */
  isRevoked: boolean;
}

const commandLetters = { all: '*', select: 'r', insert: 'a', update: 'w', delete: 'd' } as const;

/** Those of all entities that the ORM has, also of packages that add some. What joins two of them has no policies. */
export function declaredTables(em: EntityManager): DeclaredTable[] {
  return [...em.getMetadata()]
    .filter(
      ({ abstract, embeddable, pivotTable, view, virtual }) =>
        !(abstract || embeddable || pivotTable || view || virtual),
    )
    .map(({ class: entityClass, tableName, policies, triggers }) => ({
      name: tableName,
      privileges: privilegesOn(entityClass),
      policies: policies.map(readPolicy),
      rules: triggers.flatMap((trigger) => readRule(tableName, trigger)),
    }));
}

function privilegesOn(entityClass: object): string[] {
  const visibility = visibilityOf(entityClass);
  const isSeen = scopeKinds.some((kind) => isVisible(kind, visibility));
  const isWritten = scopeKinds.some((kind) => isWritable(kind, visibility));
  const writes = (isWritten && visibility?.writes) || [];

  return [...(isSeen ? ['select'] : []), ...writes].map((command) => command.toUpperCase());
}

function readPolicy({ name, command = 'all', roles = ['public'], using, check }: PolicyDef): DeclaredPolicy {
  return { name: name!, command: commandLetters[command], roles, using: textOf(using), check: textOf(check) };
}

/** MikroORM has called the functions by now. */
const textOf = (expression: PolicyDef['using']): string | undefined =>
  typeof expression === 'string' ? expression : undefined;

const definer =
  /^create or replace function "(\w+)"\(\) returns trigger language plpgsql security definer set search_path = (.+?) as \$\$(.*)\$\$; create trigger/s;

function readRule(table: string, { name, timing, events, expression = '' }: TriggerDef): DeclaredRule[] {
  const [, functionName, searchPath, source] = definer.exec(expression) ?? [];

  if (functionName === undefined || source === undefined) {
    return [];
  }

  const when = `${timing} ${events.join(' or ')}`.toUpperCase();

  return [
    {
      trigger: name!,
      definition: `CREATE TRIGGER ${name} ${when} ON public.${table} FOR EACH ROW EXECUTE FUNCTION public.${functionName}()`,
      function: `public.${functionName}()`,
      settings: `search_path=${searchPath}`,
      source,
      isRevoked: /\brevoke (all|execute) on function\b/.test(expression),
    },
  ];
}
