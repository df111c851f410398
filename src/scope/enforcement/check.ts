import type { Catalog, Relation, Subject } from './catalog.js';
import type { DeclaredTable } from './declared.js';

/** What a check looks at. */
export interface Facts {
  catalog: Catalog;
  subject: Subject;
  /** Whether the subject is a login that is to get no further than the role, rather than the role itself. */
  isLogin: boolean;
  tables: DeclaredTable[];
}

/** One thing that must be so for scopes to hold. */
export interface Check {
  name: string;
  /** What is wrong, where, and what to do about it. Holds no secret and no row's value. */
  findFaults(facts: Facts): string[];
  /** Whether it is asked of a login as well. */
  isForLogins?: boolean;
  /** What it is called then. */
  nameForLogins?: string;
  /** Whether it says nothing of a superuser, to whom no privilege is denied. */
  isMootForSuperusers?: boolean;
}

/** How faults call the subject, or another role. */
export const nameOf = ({ subject, isLogin }: Facts, { name } = subject): string =>
  `the ${isLogin ? 'login' : 'role'} ${name}`;

/** Names as SQL takes them. */
export const quote = (...names: string[]): string => names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');

/** Whom a privilege has to be taken from, which may come by way of PUBLIC. */
export const takers = ({ subject, catalog }: Facts): string =>
  [...[subject, ...catalog.kinds].map(({ name }) => quote(name)), 'public'].join(', ');

/** Tables that are declared and exist. */
export function existingTables({ catalog, tables }: Facts): [DeclaredTable, Relation][] {
  return tables.flatMap((table): [DeclaredTable, Relation][] => {
    const relation = catalog.relations.find(({ schema, name }) => schema === 'public' && name === table.name);
    return relation ? [[table, relation]] : [];
  });
}
