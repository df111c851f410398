import type { CompiledQuery, DatabaseConnection, Dialect } from 'kysely';
import { locateFailure } from '../edge/failed-statement.js';
import type { QueryFailureContext } from '../errors/query-failed-error.js';
import { readText } from '../errors/sqlstate.js';
import { withoutValues } from '../errors/without-values.js';

/** Connections whose errors hold no values any more: the driver hands out the same ones again and again. */
const redacted = new WeakSet<DatabaseConnection>();

/**
 * Takes the values out of all errors of PostgreSQL, before MikroORM or Kysely sees them and builds its own on them.
 *
 * Every statement passes here: a flush, a query builder, a stream, raw SQL, a migration.
 */
export function redactErrors(dialect: Dialect): Dialect {
  const createDriver = dialect.createDriver.bind(dialect);

  dialect.createDriver = () => {
    const driver = createDriver();
    const acquire = driver.acquireConnection.bind(driver);

    driver.acquireConnection = async (options) => {
      try {
        return redactConnection(await acquire(options));
      } catch (error) {
        throw withoutValues(error, contextOfLogin);
      }
    };

    return driver;
  };

  return dialect;
}

function redactConnection(connection: DatabaseConnection): DatabaseConnection {
  if (redacted.has(connection)) {
    return connection;
  }

  redacted.add(connection);
  const execute = connection.executeQuery.bind(connection);
  const stream = connection.streamQuery.bind(connection);

  connection.executeQuery = async (query, ...rest) => {
    try {
      return await execute(query, ...rest);
    } catch (error) {
      throw redact(error, query);
    }
  };

  connection.streamQuery = async function* (query, ...rest) {
    try {
      yield* stream(query, ...rest) as AsyncIterableIterator<never>;
    } catch (error) {
      throw redact(error, query);
    }
  };

  return connection;
}

const redact = (error: unknown, { sql, parameters }: CompiledQuery): unknown =>
  withoutValues(error, (source) => ({
    near: locateFailure([{ text: sql, parameters: [...parameters] }], source).near,
  }));

/** MikroORM knows by PostgreSQL's words that the database is missing and can be made. They name nothing else. */
const contextOfLogin = (source: object): QueryFailureContext => ({
  isLogin: true,
  reason: readText(source, 'code') === '3D000' ? readText(source, 'message') : undefined,
});
