import {
  type AbortableOperationOptions,
  CompiledQuery,
  type ControlConnectionProvider,
  type DatabaseConnection,
  type Kysely,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { ScopeRefusedError } from '../errors/database-error.js';
import { explainScopedFailure, explainScopeEntry } from '../errors/scoped-failure.js';
import { createAsyncContext } from '../scope/async-context.js';
import { type Scope, settingsOf } from '../scope/scope.js';
import { refuseEscape } from '../scope/statement-guard.js';
import { literal } from '../sql/literal.js';

/** Statements that put a transaction into a scope. */
const entries = new WeakSet<CompiledQuery>();

/** Statements that stand for a failure, and which one. */
const failures = new WeakMap<CompiledQuery, Error>();

/** The scope in which the next transaction begins, and whether it did. */
const beginnings = createAsyncContext<{ scope: Scope; hasBegun: boolean }>();

/** Begins a transaction in a scope, in the round trip of its beginning, and until its end. */
export async function beginInScope<Transaction extends Pick<Kysely<any>, 'executeQuery'>>(
  scope: Scope,
  begin: () => Promise<Transaction>,
): Promise<Transaction> {
  const beginning = { scope, hasBegun: false };
  const transaction = await beginnings.run(beginning, begin);

  // Whatever came between them: no transaction leaves here that is not in the scope.
  beginning.hasBegun || (await transaction.executeQuery(scopeEntry(scope)));

  return transaction;
}

/** Whether the transaction of a scope is to be committed by whoever began it. */
const endings = createAsyncContext<true>();

/** Commits a scope's transaction. Nobody else can: it would let the rest of the work run without its scope. */
export const commitScope = (commit: () => Promise<void>): Promise<void> => endings.run(true, commit);

/** The statements that begin a transaction, if it is to begin in a scope. */
export function scopedBeginning({ isolationLevel, accessMode }: TransactionSettings): CompiledQuery | undefined {
  const beginning = beginnings.get();

  if (!beginning || beginning.hasBegun) {
    return undefined;
  }

  beginning.hasBegun = true;
  const begin = ['start transaction', isolationLevel && `isolation level ${isolationLevel}`, accessMode];
  const calls = settingsOf(beginning.scope).map((setting) => `set_config(${setting.map(literal).join(', ')}, true)`);

  return CompiledQuery.raw(`${begin.filter(Boolean).join(' ')}; select ${calls.join(', ')}`);
}

/** The statement that puts the transaction or the savepoint in which it runs into the scope, until its end. */
export function scopeEntry(scope: Scope, readOnly = false): CompiledQuery {
  const settings = [...settingsOf(scope), ...(readOnly ? [['transaction_read_only', 'on']] : [])];
  const calls = settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`);
  const entry = CompiledQuery.raw(`select ${calls.join(', ')}`, settings.flat());
  entries.add(entry);

  return entry;
}

/** A statement that is not sent but fails, and its transaction with it, as if the database had refused it. */
export function scopeFailure(error: Error): CompiledQuery {
  const failure = CompiledQuery.raw('');
  failures.set(failure, error);

  return failure;
}

/**
 * A connection for one transaction, or for one statement outside of any.
 *
 * A statement that nobody awaited would otherwise run after its transaction: with the rights of the login, outside of the
 * scope. Once in a scope, it lets through what {@link refuseEscape} allows, and gives this package's errors.
 */
export class Lease implements DatabaseConnection {
  /** Why the transaction can no longer be committed. Only known in a scope. */
  failure: unknown;
  #isOver = false;
  #isScoped = false;
  /** Those of which there may be more to read. */
  readonly #streams = new Set<AsyncIterator<unknown>>();

  constructor(readonly connection: DatabaseConnection) {}

  /** @throws {ScopeRefusedError} for a commit in the middle of a scope, and for the one at its end then. */
  checkCommit(): void {
    this.#refuseLate();

    if (this.#isScoped && !endings.get()) {
      this.failure ??= new ScopeRefusedError('A scope ends with its work. Use em.transactional(…) for a part of it.');
    }

    if (this.failure) {
      throw this.failure;
    }
  }

  /** Lets nothing through any more. */
  end(): DatabaseConnection {
    this.#isOver = true;
    return this.connection;
  }

  /** Closes the streams that nobody has read to their end: the connection would wait for that, and all that comes with it. */
  async closeStreams(): Promise<void> {
    await Promise.allSettled([...this.#streams].map((stream) => stream.return?.()));
  }

  async executeQuery<Row>(query: CompiledQuery, options?: AbortableOperationOptions): Promise<QueryResult<Row>> {
    this.#refuseLate();

    if (entries.has(query)) {
      return this.enter(query);
    }

    this.#check(query);

    try {
      return await this.connection.executeQuery<Row>(query, options);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  async *streamQuery<Row>(
    query: CompiledQuery,
    chunkSize: number,
    options?: AbortableOperationOptions,
  ): AsyncIterableIterator<QueryResult<Row>> {
    this.#refuseLate();
    this.#check(query);
    const stream = this.connection.streamQuery<Row>(query, chunkSize, options);
    this.#streams.add(stream);

    try {
      yield* stream;
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#streams.delete(stream);
    }

    // Closed by the end of the transaction, it would look like one that was read to its end.
    this.#refuseLate();
  }

  async cancelQuery(provider: ControlConnectionProvider): Promise<void> {
    await this.connection.cancelQuery?.(provider);
  }

  async collectSessionInfo(): Promise<void> {
    await this.connection.collectSessionInfo?.();
  }

  async killSession(provider: ControlConnectionProvider): Promise<void> {
    await this.connection.killSession?.(provider);
  }

  /** Sends the statement that puts the connection into a scope. */
  async enter<Row>(entry: CompiledQuery): Promise<QueryResult<Row>> {
    this.#isScoped = true;

    try {
      return await this.connection.executeQuery<Row>(entry);
    } catch (error) {
      this.failure = explainScopeEntry(error);
      throw this.failure;
    }
  }

  #refuseLate(): void {
    if (this.#isOver) {
      throw new ScopeRefusedError('The transaction of this statement is over. Await all its work inside of it.');
    }
  }

  #check(query: CompiledQuery): void {
    this.failure ??= failures.get(query);

    if (this.failure) {
      throw this.failure;
    }

    this.#isScoped && refuseEscape(query.sql);
  }

  #fail(error: unknown): unknown {
    if (!this.#isScoped) {
      return error;
    }

    this.failure = explainScopedFailure(error);
    return this.failure;
  }
}
