import type { Transaction } from '@mikro-orm/core';
import type { Query } from '@mikro-orm/migrations';
import { type Migration, MigrationRunner } from '@mikro-orm/migrations';
import { type ControlledTransaction, type Kysely, sql } from 'kysely';
import { ConnectionFailedError, MigrationRefusedError } from '../errors/database-error.js';
import type { MigrationSettings } from './migration-options.js';
import { textOf } from './recorded-migration.js';
import { concurrentIndexOf } from './rerunnable.js';
import { holdsRunLock, type Say } from './run-lock.js';
import { type Limits, limitsOf, safetyOf } from './safety.js';
import { refuseNotRerunnable } from './unsafe-statements.js';

type Done = (transaction?: Transaction) => Promise<void>;

/** Runs each migration on the connection that holds the lock, within its limits. */
export class SafeRunner extends MigrationRunner {
  settings: MigrationSettings = {};
  say: Say = () => {};
  #connection: Kysely<any> | undefined;
  #schema: string | undefined;

  use(connection: Kysely<any> | undefined): void {
    this.#connection = connection;
  }

  override setRunSchema(schema?: string): void {
    this.#schema = schema;
  }

  override unsetRunSchema(): void {
    this.#schema = undefined;
  }

  override async run(migration: Migration, method: 'up' | 'down', done?: Done): Promise<void> {
    await this.#checkLock();
    migration.reset();

    await (this.options.transactional && migration.isTransactional()
      ? this.inTransaction(
          limitsOf(safetyOf(migration), this.settings),
          async (transaction) => {
            migration.setTransactionContext(transaction);
            await migration[method]();
            await this.#runAll(migration.getQueries(), transaction);
          },
          done,
        )
      : this.#outside(migration, method, done));
  }

  /**
   * Runs `work` in one transaction whose statements neither wait for long nor run for long. What it sets, its role and its
   * search path included, holds neither for `done` nor for all that comes after it.
   */
  async inTransaction(limits: Limits, work: (transaction: Transaction) => Promise<void>, done?: Done): Promise<void> {
    const transaction = await this.#session.startTransaction().execute();

    try {
      await this.#enter(transaction, limits);
      await work(transaction);
      await resetSession(transaction);
      await this.#enter(transaction, limits);
      await done?.(transaction);
      await this.#checkLock();
      await transaction.commit().execute();
    } catch (error) {
      transaction.isRolledBack || (await transaction.rollback().execute());
      throw error;
    }
  }

  /** Statement by statement. A run that is killed in between leaves the first ones done, and the next runs all again. */
  async #outside(migration: Migration, method: 'up' | 'down', done?: Done): Promise<void> {
    if (this.#schema) {
      throw new MigrationRefusedError([
        'A schema is given (--schema), and a migration runs outside of a transaction. Name the schema in its statements.',
      ]);
    }

    const safety = safetyOf(migration);
    const execute = async (query: Query, params?: unknown[]) => {
      refuseNotRerunnable([textOf(query)], safety);
      return this.#alone(query, params);
    };
    migration.execute = execute as Migration['execute'];

    try {
      await setLimits(this.#session, limitsOf(safety, this.settings), false);
      await migration[method]();
      const queries = migration.getQueries();
      refuseNotRerunnable(queries.map(textOf), safety);

      for (const query of queries) {
        await execute(query);
      }
    } catch (error) {
      await resetSession(this.#session).catch(() => {});
      throw error;
    }

    await resetSession(this.#session);
    await done?.(this.#session as unknown as Transaction);
  }

  async #alone(query: Query, params?: unknown[]) {
    const text = textOf(query);
    const execute = () => this.driver.execute(query as string, params, 'all', this.#session as unknown as Transaction);

    if (!/\bconcurrently\b/i.test(text)) {
      return execute();
    }

    // These wait for all that is older than they, hold up nobody, and run for as long as the table is large.
    const limits = await readLimits(this.#session);
    await setLimits(this.#session, { lockTimeoutMs: 0, statementTimeoutMs: 0 }, false);

    try {
      await this.#dropInvalidIndex(text);
      return await execute();
    } finally {
      await setLimits(this.#session, limits, false).catch(() => {});
    }
  }

  /** An index whose concurrent build was interrupted is there by its name, and serves nobody. */
  async #dropInvalidIndex(text: string): Promise<void> {
    const index = concurrentIndexOf(text);

    if (!index) {
      return;
    }

    const { rows } = await sql<{ schema: string }>`
      select nspname as schema from pg_index join pg_class on pg_class.oid = indexrelid
      join pg_namespace on pg_namespace.oid = relnamespace
      where relname = ${index.name} and indrelid = to_regclass(${index.table}) and not indisvalid`.execute(
      this.#session,
    );

    for (const { schema } of rows) {
      await sql`drop index concurrently if exists ${sql.id(schema, index.name)}`.execute(this.#session);
      this.say(`Dropped the index "${index.name}", which an interrupted run had left invalid, to build it again`);
    }
  }

  async #runAll(queries: Query[], transaction: Transaction): Promise<void> {
    for (const query of queries) {
      await this.driver.execute(query as string, undefined, 'all', transaction);
    }
  }

  async #enter(transaction: ControlledTransaction<any>, limits: Limits): Promise<void> {
    await setLimits(transaction, limits, true);
    this.#schema && (await sql`set local search_path to ${sql.id(this.#schema)}`.execute(transaction));
  }

  async #checkLock(): Promise<void> {
    if (!(await holdsRunLock(this.#session))) {
      throw new ConnectionFailedError(
        'The session that holds the lock of migrations is another one by now: there is a pooler in between. Use the direct host.',
        false,
      );
    }
  }

  get #session(): Kysely<any> {
    if (!this.#connection) {
      throw new Error('A migration runs only while its run holds the lock.');
    }

    return this.#connection;
  }
}

/** Makes the session what it was when it began. It keeps its locks. */
async function resetSession(connection: Kysely<any>): Promise<void> {
  await sql`set session authorization default; reset role; reset all`.execute(connection);
}

async function readLimits(connection: Kysely<any>): Promise<Limits> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, setting from pg_settings where name in ('lock_timeout', 'statement_timeout')`.execute(connection);
  const milliseconds = (name: string) => Number(rows.find((row) => row.name === name)!.setting);

  return { lockTimeoutMs: milliseconds('lock_timeout'), statementTimeoutMs: milliseconds('statement_timeout') };
}

async function setLimits(
  connection: Kysely<any>,
  { lockTimeoutMs, statementTimeoutMs }: Limits,
  isLocal: boolean,
): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, ${isLocal}),
    set_config('statement_timeout', ${String(statementTimeoutMs)}, ${isLocal})`.execute(connection);
}
