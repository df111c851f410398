import type { ConnectionSettings } from '../config/connection-settings.js';
import { ConfigurationError } from '../errors/database-error.js';
import type { Scope } from '../scope/scope.js';
import { isTimeout, type Retry, wrongTimeout } from './attempts.js';
import type { TransactionMode } from './batch.js';
import { executorOn } from './executor-on.js';
import { type NeonTarget, openTarget, settingsOf } from './neon-target.js';
import type { HttpResult, RowMode, TypeParsers } from './result.js';
import type { ResultRow, SqlTag, Statement } from './statement.js';

export interface HttpExecutorOptions {
  /** For a call with all its tries, in milliseconds. Default 30 000. */
  timeoutMs?: number | undefined;
  /**
   * How often a call is tried again if nothing of it can have been executed: the connection was refused, or the compute is
   * not awake or has no connection left. Default 3; 0 turns it off.
   *
   * The first wait is up to 200 ms, each further one twice as long, up to 5 s. None begins that would outlast the time.
   */
  maxRetries?: number | undefined;
  /** Told of each try that is followed by another one. */
  onRetry?: ((retry: Retry) => void) | undefined;
  /** A read replica. A URL alone is reached in the same way as the primary. Default: none. */
  readUrl?: string | ConnectionSettings | undefined;
}

/** What a single call may ask for. */
export interface QueryOptions {
  /** In milliseconds. Default: the executor's. */
  timeoutMs?: number | undefined;
  /** Ends the call at once, with the signal's reason. The database is told to stop. */
  signal?: AbortSignal | undefined;
  /** How to read values, by the oid of their type. Default: the driver's, as with `pg`. */
  types?: TypeParsers | undefined;
}

export interface ExecuteOptions extends QueryOptions {
  /** `array` gives rows as arrays, so that columns of the same name stay apart. Default `object`. */
  rowMode?: RowMode | undefined;
}

export interface BatchOptions extends ExecuteOptions, TransactionMode {}

/** The result of each statement of a batch, in the same order. */
export type BatchResults<Statements extends readonly (Statement<any> | string)[]> = {
  -readonly [Index in keyof Statements]: HttpResult<RowOf<Statements[Index]>>;
};

type RowOf<Item> = Item extends Statement<infer Row> ? (unknown extends Row ? ResultRow : Row) : ResultRow;

/**
 * Sends SQL to PostgreSQL over HTTP, each call in one round trip.
 *
 * All calls reject with {@link QueryFailedError} if the database refuses the statement, {@link ConnectionFailedError} if it
 * gives no answer, {@link QueryTimeoutError} if time runs out, and {@link InvalidArgumentError} before anything is sent.
 *
 * With a read replica, statements that begin with SELECT, WITH, VALUES or TABLE go there. One that turns out to write is
 * refused by the replica, with nothing done, and goes to the primary. What was just written may be missing on the replica:
 * ask {@link HttpExecutor.primary} to be sure.
 */
export interface HttpExecutor {
  /** The rows of one statement. */
  query<Row = ResultRow>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Promise<Row[]>;

  /** The rows of one statement, once it is awaited. The values between become parameters. */
  readonly sql: SqlTag;

  /** The whole result of one statement. */
  execute<Row = ResultRow>(statement: Statement<Row> | string, options?: ExecuteOptions): Promise<HttpResult<Row>>;

  /**
   * Runs the statements in order as one transaction, in one round trip: all of them or none.
   *
   * @throws {InvalidArgumentError} for BEGIN, COMMIT, SAVEPOINT and their like, before anything is sent.
   */
  batch<const Statements extends readonly (Statement<any> | string)[]>(
    statements: Statements,
    options?: BatchOptions,
  ): Promise<BatchResults<Statements>>;

  /** The same executor without its read replica, and in the same scope. */
  readonly primary: HttpExecutor;

  /**
   * The same executor, which sees and writes the rows of a scope, and no others.
   *
   * PostgreSQL itself keeps the scope. What puts a transaction into it goes ahead of the statements, in the same request.
   * Of an executor in a scope it may only narrow it: add a part, and keep the others.
   *
   * Its calls also reject with {@link OutOfScopeError} for a write that the scope does not allow, {@link ScopeRefusedError}
   * before anything is sent for SQL that would leave the scope, or that does not read or write rows, and
   * {@link ScopeNotEnforcedError} if the database has no scopes yet, or the login must not enter them.
   *
   * @throws {InvalidArgumentError} unless the scope is one.
   * @throws {ScopeRefusedError} if it would show or write anything that this executor's own scope does not.
   *
   * @example
   * const titles = await executor.scope({ creator: 'ada' }).sql`select title from content`;
   */
  scope(scope: Scope): HttpExecutor;
}

/**
 * Makes an executor for a database. It opens nothing: the first call does.
 *
 * @param source settings, or a URL: one of this machine means the local Neon proxy, any other Neon itself
 * @throws {ConfigurationError} that says what is wrong with the URL or an option, and holds no part of the URL
 *
 * @example
 * const executor = createHttpExecutor(url);
 *
 * const email = 'ada@example.org';
 * const users = await executor.sql<{ id: string }>`select id from users where email = ${email}`;
 *
 * const [renamed, touched] = await executor.batch([
 *   executor.sql`update users set name = ${'Ada'} where email = ${email}`,
 *   executor.sql`update organizations set updated_at = now() where slug = ${'acme'}`,
 * ]);
 */
export function createHttpExecutor(
  source: string | ConnectionSettings,
  { timeoutMs = 30_000, maxRetries = 3, onRetry, readUrl }: HttpExecutorOptions = {},
): HttpExecutor {
  if (!Number.isInteger(maxRetries) || maxRetries < 0) {
    throw new ConfigurationError('maxRetries', 'maxRetries must be a whole number from 0 on.');
  }

  if (!isTimeout(timeoutMs)) {
    throw new ConfigurationError('timeoutMs', wrongTimeout);
  }

  const settings = typeof source === 'string' ? settingsOf(source) : source;
  const policy = { timeoutMs, maxRetries, onRetry };
  const primaryTarget = openTarget(settings);
  const primary = executorOn(primaryTarget, policy);

  return readUrl === undefined
    ? primary
    : executorOn(primaryTarget, policy, { replica: openReplica(settings, readUrl), primary });
}

function openReplica(settings: ConnectionSettings, readUrl: string | ConnectionSettings): NeonTarget {
  try {
    return openTarget(typeof readUrl === 'string' ? { ...settings, url: readUrl } : readUrl);
  } catch (error) {
    throw error instanceof ConfigurationError && error.variable === 'url'
      ? new ConfigurationError('readUrl', error.message.replace(/^url/, 'readUrl'))
      : error;
  }
}
