import {
  type AbortableOperationOptions,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import { InvalidArgumentError, TransactionNotSupportedError } from '../../errors/database-error.js';
import type { HttpExecutor } from '../http-executor.js';
import type { TypeParsers } from '../result.js';

/** The part of an executor that runs one statement. */
export type StatementExecutor = Pick<HttpExecutor, 'execute'>;

/** Kysely's PostgreSQL over HTTP: one statement per round trip, and no connection that two of them could share. */
export class HttpDialect implements Dialect {
  readonly #executor: StatementExecutor;
  readonly #types: TypeParsers;

  /** @param types how values are read, by the OID of their type */
  constructor(executor: StatementExecutor, types: TypeParsers) {
    this.#executor = executor;
    this.#types = types;
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  createDriver(): Driver {
    return new HttpDriver(this.#executor, this.#types);
  }

  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }
}

/** Hands each statement to the executor. What that throws passes through unchanged. */
export class HttpDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(executor: StatementExecutor, types: TypeParsers) {
    this.#connection = new HttpConnection(executor, types);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<never> {
    throw new TransactionNotSupportedError('A transaction');
  }

  async commitTransaction(): Promise<never> {
    throw new TransactionNotSupportedError('A commit');
  }

  async rollbackTransaction(): Promise<never> {
    throw new TransactionNotSupportedError('A rollback');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/** The commands whose row count says how many rows they changed. */
const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

class HttpConnection implements DatabaseConnection {
  readonly #executor: StatementExecutor;
  readonly #types: TypeParsers;

  constructor(executor: StatementExecutor, types: TypeParsers) {
    this.#executor = executor;
    this.#types = types;
  }

  async executeQuery<Row>(
    { sql, parameters }: CompiledQuery,
    { signal }: AbortableOperationOptions = {},
  ): Promise<QueryResult<Row>> {
    try {
      const statement = { text: sql, parameters };
      const { rows, rowCount, command } = await this.#executor.execute<Row>(statement, { types: this.#types, signal });

      return { rows, ...(changing.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }) };
    } catch (error) {
      // Kysely has thrown the signal's reason already, and would print this error to the console.
      if (signal?.aborted) {
        return { rows: [] };
      }

      throw error;
    }
  }

  /** Nothing is left to do: a request that is aborted has its statement cancelled by the proxy. */
  async cancelQuery(): Promise<void> {}

  async killSession(): Promise<void> {}

  streamQuery(): never {
    throw new InvalidArgumentError('stream', 'An HTTP answer comes as a whole. Use execute(), page by page.');
  }
}
