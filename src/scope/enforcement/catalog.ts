import type { EntityManager } from '../../orm/entity-manager.js';
import { catalogQuery } from './catalog-query.js';

/** What PostgreSQL knows of the role or login that is looked at, and of all that could let it see rows. */
export interface Catalog {
  /** As whom the question was asked. */
  login: string;
  /** Null if there is no such role. */
  subject: Subject | null;
  /** The roles of the kinds of scopes, as far as they exist. */
  kinds: Subject[];
  database: { name: string; mayCreate: boolean; mayCreateTemporary: boolean };
  /** Schemas in which the subject may create. From here on, what a kind's role has counts as the subject's. */
  creatable: string[];
  /** Those of the schema `public`, and of others that the subject may use. */
  relations: Relation[];
  policies: Policy[];
  triggers: Trigger[];
  /** Functions that run with their owner's rights, if the subject may call them or a trigger of `public` does. */
  definers: Definer[];
  /** What else the subject was granted. */
  grants: string[];
  /** What it is granted on objects that do not exist yet. */
  futureGrants: string[];
  /** Settings that a superuser lets it or everyone change. */
  parameters: string[];
  /** Where a part of a scope is set for whoever has no scope. */
  presets: string[];
  /** Settings that keep triggers from firing or change how strings are read, and for whom. */
  unsafeSettings: string[];
}

export interface Subject {
  name: string;
  isSuperuser: boolean;
  bypassesRls: boolean;
  createsRoles: boolean;
  createsDatabases: boolean;
  replicates: boolean;
  logsIn: boolean;
  memberships: { role: string; isAdmin: boolean }[];
  /** Whether the login that asks may enter it. */
  mayLoginEnter: boolean;
  /** Whether it gets at what is in the schema `public`. */
  mayUse: boolean;
  /** What it may do with each table of the schema `public`, of all that scopes may. */
  privileges: Record<string, string[]>;
  /** Some of what it owns, in any database. */
  owns: string[];
}

export interface Relation {
  schema: string;
  name: string;
  /** One letter, as in `pg_class.relkind`. */
  kind: string;
  isRowSecurityOn: boolean;
  isRowSecurityForced: boolean;
  hasRules: boolean;
  /** Whatever the subject may do, also through PUBLIC; with an addition if it is on some columns only. */
  privileges: string[];
}

export interface Policy {
  schema: string;
  table: string;
  name: string;
  /** One letter, as in `pg_policy.polcmd`. */
  command: string;
  isPermissive: boolean;
  roles: string[];
  /** Whether it is for the subject or PUBLIC. */
  applies: boolean;
  using: string | null;
  check: string | null;
}

interface Trigger {
  table: string;
  name: string;
  definition: string;
  isEnabled: boolean;
  function: string;
}

export interface Definer {
  /** As `schema.name(arguments)`. */
  signature: string;
  /** Whether the subject may call it or, if it is a trigger function, put it on a temporary table of its own. */
  isCallable: boolean;
  /** Whether a trigger of a table in `public` calls it. */
  isTriggered: boolean;
  /** Whether its owner sees every row of the tables in `public`. */
  seesAll: boolean;
  language: string;
  settings: string[];
  source: string;
}

/**
 * Reads all this in one statement.
 *
 * @param subject default the login itself.
 * @param kinds the names of the roles that the subject may enter.
 */
export async function readCatalog(em: EntityManager, subject?: string, kinds: string[] = []): Promise<Catalog> {
  const [row] = await em.execute<{ catalog: string }[]>(catalogQuery, [JSON.stringify(kinds), subject ?? null]);

  return JSON.parse(row!.catalog) as Catalog;
}
