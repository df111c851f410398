import type { Dialect } from 'kysely';

/**
 * Makes Kysely release a connection whose rollback fails.
 *
 * It fails only where the connection is lost, and the server has rolled back by itself then. Kysely would keep the
 * connection for ever: each transaction that loses its connection would cost the pool a place, and `orm.close()` would
 * wait for it without end.
 */
export function releaseLostConnections(dialect: Dialect): Dialect {
  const createDriver = dialect.createDriver.bind(dialect);

  dialect.createDriver = () => {
    const driver = createDriver();
    const rollback = driver.rollbackTransaction.bind(driver);
    driver.rollbackTransaction = (connection) => rollback(connection).catch(() => {});

    return driver;
  };

  return dialect;
}
