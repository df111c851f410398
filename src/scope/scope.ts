import { requireText, requireUuid } from '../errors/arguments.js';
import { InvalidArgumentError, ScopeRefusedError } from '../errors/database-error.js';

/**
 * Whose rows a unit of work sees and writes. Nothing else exists for it, whichever way it asks.
 *
 * With `{ creator, org }` both must hold. Creators and users are named by their key in `users`, organizations by their UUID.
 */
export type Scope =
  | { readonly creator: string; readonly org?: never; readonly user?: never }
  | { readonly org: string; readonly creator?: never; readonly user?: never }
  | { readonly creator: string; readonly org: string; readonly user?: never }
  | { readonly user: string; readonly creator?: never; readonly org?: never };

/** The parts of which a scope is made. */
export const scopeParts = ['creator', 'org', 'user'] as const;
export type ScopePart = (typeof scopeParts)[number];

/** Every combination of parts that is a scope. */
export const scopeKinds = [['creator'], ['org'], ['creator', 'org'], ['user']] as const satisfies ScopePart[][];
export type ScopeKind = (typeof scopeKinds)[number];

/** The role of all that work in scopes: whoever is a member of it may enter the role of each kind. */
export const scopedRole = 'codex_scoped';

/**
 * The role under which PostgreSQL keeps scopes of a kind, such as `codex_scoped_org`. It bypasses nothing and owns nothing.
 *
 * One for each kind: the role is all that PostgreSQL knows of a scope while it plans a query.
 */
export const roleOf = (kind: readonly ScopePart[], group = scopedRole): string => `${group}_${kind.join('_')}`;

/** The parts that a scope has. */
export const partsOf = (scope: Scope): ScopePart[] => scopeParts.filter((part) => scope[part] !== undefined);

/** The transaction-local setting that carries a part. */
export const settingOf = (part: ScopePart): string => `codex.${part}`;

/** What each setting is set to. A part that the scope does not have is set to nothing. */
export function settingsOf(scope: Scope): [name: string, value: string][] {
  return [
    ['role', roleOf(partsOf(scope))],
    ...scopeParts.map((part): [string, string] => [settingOf(part), scope[part] ?? '']),
  ];
}

/**
 * A copy of the scope that nobody can change any more.
 *
 * @throws {InvalidArgumentError} unless it is one of the four kinds, and each part a non-empty string, the organization a UUID.
 */
export function readScope(value: unknown): Scope {
  const given = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const parts = scopeParts.filter((part) => given.some(([key]) => key === part));
  const kind = scopeKinds.find((each) => each.join() === parts.join());

  if (!kind || parts.length !== given.length || Array.isArray(value)) {
    throw new InvalidArgumentError(
      'scope',
      'scope must be { creator }, { org }, { creator, org } or { user }, with nothing else in it.',
    );
  }

  return Object.freeze(
    Object.fromEntries(
      given.map(([part, key]) => {
        const check: (field: string, value: unknown) => void = part === 'org' ? requireUuid : requireKey;
        check(`scope.${part}`, key);

        return [part, part === 'org' ? key.toLowerCase() : key];
      }),
    ),
  ) as unknown as Scope;
}

function requireKey(field: string, value: unknown): void {
  requireText(field, value);

  // PostgreSQL's text holds any character but this one.
  if (value.includes('\0')) {
    throw new InvalidArgumentError(field, `${field} must not contain the character NUL.`);
  }
}

/**
 * The inner scope, if it is the outer one or a narrower one.
 *
 * @throws {ScopeRefusedError} if it would show or write anything that the outer one does not.
 */
export function narrowScope(outer: Scope, inner: Scope): Scope {
  if (
    scopeParts.some((part) => outer[part] !== undefined && outer[part] !== inner[part]) ||
    outer.user !== inner.user
  ) {
    throw new ScopeRefusedError(
      'A scope within a scope may only be the same or narrower: add a part, and keep the others as they are.',
    );
  }

  return inner;
}
