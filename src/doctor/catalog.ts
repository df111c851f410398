import type { EntityManager } from '../orm/entity-manager.js';
import { catalogQuery } from './catalog-query.js';

/** What PostgreSQL knows of the schemas that the entities use. */
export interface Catalog {
  relations: Relation[];
  columns: (Part & { type: string })[];
  indexes: Index[];
  constraints: Constraint[];
  triggers: Trigger[];
  functions: { schema: string; name: string; kind: string; arguments: string }[];
  policies: Part[];
  rules: Part[];
  types: { schema: string; name: string; kind: string }[];
  sequences: Sequence[];
}

interface Relation {
  schema: string;
  name: string;
  kind: string;
  /** Whether the login has the rights of its owner. */
  isOwn: boolean;
}

/** Something that a table has. */
export interface Part {
  schema: string;
  table: string;
  name: string;
}

export interface Index extends Part {
  method: string;
  keys: IndexKey[];
  included: string[];
  predicate: string | null;
  isUnique: boolean;
  isPrimary: boolean;
  isExclusion: boolean;
  isImmediate: boolean;
  nullsAreEqual: boolean;
  isReplicaIdentity: boolean;
  /** Whether a foreign key refers to its columns. */
  isReferenced: boolean;
  isValid: boolean;
}

export interface IndexKey {
  column: string;
  /** 1 for descending, 2 for nulls first. */
  options: number;
  operators: string;
  collation: string;
}

export interface Constraint extends Part {
  /** One letter, as in `pg_constraint.contype`. */
  type: string;
  isValid: boolean;
  isEnforced: boolean;
  definition: string;
  columns: string[];
}

export interface Trigger extends Part {
  /** One letter, as in `pg_trigger.tgenabled`. */
  state: string;
  /** Whether it is a foreign key's. */
  isInternal: boolean;
  definition: string;
  function: string;
  source: string;
}

export interface Sequence {
  schema: string;
  name: string;
  /** What it fills, as `table.column`. */
  columns: string[];
  isOwned: boolean;
  isReadable: boolean;
  /** How much of what it, or the column, can hold is used up; `null` if nothing is, or it is not readable. */
  usedShare: number | null;
  cycles: boolean;
}

/** Reads all this in one statement. */
export async function readCatalog(em: EntityManager, schemas: string[]): Promise<Catalog> {
  const [row] = await em.execute<{ catalog: string }[]>(catalogQuery, [JSON.stringify(schemas)]);

  return JSON.parse(row!.catalog) as Catalog;
}
