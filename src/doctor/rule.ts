import type { EntityMetadata } from '@mikro-orm/core';
import type { DatabaseSchema } from '@mikro-orm/sql';
import type { AccessPath } from './access-paths.js';
import type { Catalog } from './catalog.js';
import type { Migrations } from './migrations.js';

/** What a rule looks at. */
export interface Facts {
  catalog: Catalog;
  /** What the entities ask for. */
  declared: DatabaseSchema;
  entities: EntityMetadata[];
  migrations: Migrations;
  accessPaths: readonly AccessPath[];
  /** The statements that would make the database what the entities ask for. */
  updates: string[];
  /** Whether the snapshot differs from the entities; `undefined` without one. */
  isSnapshotStale: boolean | undefined;
}

/** One thing that must be so in every database. */
export interface Rule {
  name: string;
  /** What is wrong, where, and what to do about it; `undefined` if there is nothing to look at. */
  findFaults(facts: Facts): string[] | undefined;
}

/** Names as SQL takes them. */
export const quote = (...names: string[]): string => names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');

/** A name as people read it: without the schema `public`. */
export const plain = (schema: string, ...names: string[]): string =>
  [...(schema === 'public' ? [] : [schema]), ...names].join('.');

/** The columns of an index, for people. */
export const listed = (columns: readonly string[]): string => `(${columns.join(', ')})`;
