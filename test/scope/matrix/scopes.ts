import type { Scope } from '../../../src/index.js';
import { roleOf, scopeKinds } from '../../../src/scope/scope.js';
import { organizations } from './world.js';

/** The scopes that are asked: each kind for the people of both tenants, and those of somebody who has next to nothing. */
export const scopes: Record<string, Scope> = {
  'organization a': { org: organizations.a },
  'organization b': { org: organizations.b },
  'a deleted organization': { org: organizations.closed },
  'creator of a': { creator: 'creator-a' },
  'creator of b': { creator: 'creator-b' },
  'creator of a in a': { creator: 'creator-a', org: organizations.a },
  'creator of a in b': { creator: 'creator-a', org: organizations.b },
  'guest of b in b': { creator: 'guest-b', org: organizations.b },
  'buyer of a': { user: 'buyer-a' },
  'member of b': { user: 'member-b' },
  'a stranger': { user: 'stranger' },
  'somebody unknown': { user: 'nobody' },
  'a stranger in a': { creator: 'stranger', org: organizations.a },
  'an unknown creator in a': { creator: 'nobody', org: organizations.a },
};

/** One scope of each kind, and one that has next to nothing: those that write. */
export const writers: Record<string, Scope> = Object.fromEntries(
  ['organization a', 'a deleted organization', 'creator of a', 'creator of a in a', 'buyer of a', 'a stranger'].map(
    (name) => [name, scopes[name]!],
  ),
);

/** One scope of each kind. */
export const scopeOfEachKind: Record<string, Scope> = Object.fromEntries(
  ['organization a', 'creator of a', 'creator of a in a', 'buyer of a'].map((name) => [name, scopes[name]!]),
);

/** Between them they write every table that any scope writes. */
export const writersOfEachTable: Record<string, Scope> = Object.fromEntries(
  ['organization a', 'creator of a', 'buyer of a'].map((name) => [name, scopes[name]!]),
);

/** The roles of all kinds of scopes, as SQL lists them. */
export const everyKind = scopeKinds.map((kind) => roleOf(kind)).join(', ');
