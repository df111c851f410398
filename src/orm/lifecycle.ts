import type { HttpExecutor } from '../edge/http-executor.js';
import { explainConnectionFailure } from '../errors/connection-failure.js';
import { ConnectionFailedError } from '../errors/database-error.js';
import { causesOf, readText } from '../errors/sqlstate.js';
import type { Orm } from './create-orm.js';

/** Closes the ORM's connections, so that the process can end. The same as `orm.close()`. */
export async function closeDbPool(orm: Orm): Promise<void> {
  await orm.close();
}

/**
 * Asks the database for a sign of life.
 *
 * @returns true
 * @throws {ConnectionFailedError} that says which server did not answer and why. It holds no password.
 */
export async function testDbConnection(database: Orm | HttpExecutor): Promise<true> {
  if ('query' in database) {
    await database.query('select 1');
    return true;
  }

  try {
    await database.em.fork().execute('select 1');
    return true;
  } catch (error) {
    const known = [...causesOf(error)].find((cause) => readText(cause, 'code') === 'CONNECTION_FAILED');
    const { host, port, dbName, user } = database.config.getAll();
    const { reason, isRetryable } = explainConnectionFailure(error);

    throw known
      ? new ConnectionFailedError(readText(known, 'message') ?? '', Reflect.get(known, 'isRetryable') === true)
      : new ConnectionFailedError(
          `No answer from database "${dbName}" at ${host}:${port} for user "${user}": ${reason}.`,
          isRetryable,
        );
  }
}
