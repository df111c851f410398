import type { DatabaseConnection, Dialect, Driver } from 'kysely';
import { Lease, scopedBeginning } from './lease.js';

/**
 * Makes Kysely hand out each connection as a {@link Lease}.
 *
 * In a scope, a transaction in which a statement failed is not committed, also if the error was caught: PostgreSQL would
 * roll back and call it a commit. It is rolled back, and the commit fails with that error.
 */
export function keepScopes(dialect: Dialect): Dialect {
  const createDriver = dialect.createDriver.bind(dialect);
  dialect.createDriver = () => leaseConnections(createDriver() as Required<Driver>);

  return dialect;
}

function leaseConnections(driver: Required<Driver>): Driver {
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    acquireConnection: async (options) => new Lease(await driver.acquireConnection(options)),
    releaseConnection: (connection, options) => driver.releaseConnection(leaseOf(connection).end(), options),
    releaseSavepoint: (connection, ...rest) => driver.releaseSavepoint(leaseOf(connection).connection, ...rest),

    async beginTransaction(connection, settings) {
      const lease = leaseOf(connection);
      const beginning = scopedBeginning(settings);

      try {
        await (beginning ? lease.enter(beginning) : driver.beginTransaction(lease.connection, settings));
      } catch (error) {
        // Kysely would keep the connection for ever.
        await driver.rollbackTransaction(lease.connection).catch(() => {});
        await driver.releaseConnection(lease.end());
        throw error;
      }
    },

    async rollbackTransaction(connection) {
      const lease = leaseOf(connection);
      await lease.closeStreams();
      await driver.rollbackTransaction(lease.end());
    },

    async commitTransaction(connection) {
      const lease = leaseOf(connection);
      await lease.closeStreams();

      try {
        lease.checkCommit();
      } catch (error) {
        await driver.rollbackTransaction(lease.end());
        throw error;
      }

      await driver.commitTransaction(lease.end());
    },

    async savepoint(connection, ...rest) {
      const lease = leaseOf(connection);

      if (lease.failure) {
        throw lease.failure;
      }

      await driver.savepoint(lease.connection, ...rest);
    },

    async rollbackToSavepoint(connection, ...rest) {
      const lease = leaseOf(connection);
      await driver.rollbackToSavepoint(lease.connection, ...rest);
      lease.failure = undefined;
    },
  };
}

const leaseOf = (connection: DatabaseConnection): Lease => connection as Lease;
