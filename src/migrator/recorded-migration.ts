import { createHash } from 'node:crypto';
import type { Configuration, Constructor } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import type { Migration, Query } from '@mikro-orm/migrations';
import type { AbstractSqlDriver } from '@mikro-orm/sql';
import { MigrationRefusedError } from '../errors/database-error.js';
import type { MigrationFile } from './history.js';
import { normalized } from './normalized.js';
import { type MigrationSafety, safetyOf } from './safety.js';

/** What a migration would do, as far as it can be told without a database. */
export interface RecordedMigration extends MigrationFile {
  isTransactional: boolean;
  safety: MigrationSafety;
  /** Its SQL, up to where it asks for something that only a database can answer. */
  statements: string[];
  /** Whether nothing is missing from the statements. */
  isComplete: boolean;
  /** The same for the source and the compiled file, whatever their layout; `undefined` if there is nothing to compare. */
  checksum: string | undefined;
}

interface Recording extends Pick<RecordedMigration, 'isTransactional' | 'safety' | 'isComplete'> {
  statements: string[];
  /** The statements with their parameters. */
  lines: string[];
}

/**
 * Runs `up()` of each migration against no database, and keeps what it would have executed.
 *
 * What a second recording gives differently, such as an instant or a random key, is no part of the checksum.
 */
export async function recordMigrations(
  files: MigrationFile[],
  driver: AbstractSqlDriver,
  config: Configuration,
): Promise<RecordedMigration[]> {
  const recordAll = async () => {
    const recordings: Recording[] = [];

    for (const file of files) {
      recordings.push(await record(file, driver, config));
    }

    return recordings;
  };
  const first = await recordAll();
  // Not before the clock has moved on.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await recordAll();

  return files.map((file, index) => {
    const { lines, ...recording } = first[index]!;
    const constant = lines.map((line, at) => (line === second[index]?.lines[at] ? line : '?'));
    return { ...file, ...recording, checksum: constant.length > 0 ? hash(constant) : undefined };
  });
}

async function record(file: MigrationFile, driver: AbstractSqlDriver, config: Configuration): Promise<Recording> {
  const MigrationClass = await loadMigration(file);
  const migration = new MigrationClass(withoutDatabase(driver), config);
  const executed: [Query, unknown?][] = [];
  migration.addSql = (query) => void executed.push([query]);
  migration.execute = async (query, params) => {
    executed.push([query, params]);
    return [];
  };
  let isComplete = true;

  try {
    await migration.up();
  } catch {
    isComplete = false;
  }

  return {
    isTransactional: migration.isTransactional(),
    safety: safetyOf(migration),
    isComplete,
    statements: executed.map(([query, params]) => filledIn(query, params, driver)),
    lines: executed.map(([query, params]) => JSON.stringify([normalized(textOf(query)), params ?? paramsOf(query)])),
  };
}

async function loadMigration({ name, path }: MigrationFile): Promise<Constructor<Migration>> {
  const exported = Object.values(await fs.dynamicImport<Record<string, unknown>>(path));
  const MigrationClass = exported.find((each) => typeof each === 'function');

  if (!MigrationClass) {
    throw new MigrationRefusedError([`${name} exports no class. Make its file export one that extends Migration.`]);
  }

  return MigrationClass as Constructor<Migration>;
}

/** A driver that a migration may ask for its dialect, and for nothing that needs a connection. */
const withoutDatabase = (driver: AbstractSqlDriver): AbstractSqlDriver =>
  new Proxy(driver, {
    get: (target, key) =>
      key === 'getPlatform' ? () => target.getPlatform() : key === 'config' ? target.config : refuseDatabase,
  });

function refuseDatabase(): never {
  throw new Error('There is no database while a migration is recorded.');
}

/** The SQL of a query, however it was given. */
export function textOf(query: Query): string {
  return typeof query === 'string' ? query : 'toRaw' in query ? query.toRaw().sql : query.sql;
}

/** A query as one text, for those who read SQL. */
const filledIn = (query: Query, params: unknown, driver: AbstractSqlDriver): string =>
  driver.getPlatform().formatQuery(textOf(query), (params ?? paramsOf(query) ?? []) as unknown[]);

const paramsOf = (query: Query): unknown =>
  typeof query === 'string' ? undefined : 'toRaw' in query ? query.toRaw().params : query.params;

const hash = (lines: string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex');
