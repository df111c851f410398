import type { AbstractSqlDriver } from '@mikro-orm/sql';
import { type DatabaseConnection, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import { Lease } from '../orm/lease.js';

/**
 * Runs `work` with Kysely on one connection of the pool, transactions included, so that a lock of the session is held by
 * the connection on which everything else runs.
 */
export async function withOneConnection<Result>(
  driver: AbstractSqlDriver,
  work: (kysely: Kysely<any>) => Promise<Result>,
): Promise<Result> {
  const pool = driver.getConnection().getClient() as Kysely<any>;

  return pool.getExecutor().provideConnection((leased) => {
    // A lease ends with its first transaction.
    const connection = leased instanceof Lease ? leased.connection : leased;
    return work(new Kysely({ dialect: new OneConnectionDialect(connection) }));
  });
}

class OneConnectionDialect extends PostgresDialect {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    super({ pool: noPool });
    this.#connection = connection;
  }

  override createDriver(): PostgresDriver {
    return new OneConnectionDriver(this.#connection);
  }
}

class OneConnectionDriver extends PostgresDriver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    super({ pool: noPool });
    this.#connection = connection;
  }

  override async init(): Promise<void> {}

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  override async releaseConnection(): Promise<void> {}

  /** It fails only where the connection is lost, and the server has rolled back by itself then. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => {});
  }
}

const noPool = async (): Promise<never> => {
  throw new Error('There is one connection, and it does not come from a pool.');
};
