import { explainConnectionFailure } from '../errors/connection-failure.js';
import { ConnectionFailedError } from '../errors/database-error.js';
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
export async function testDbConnection(orm: Orm): Promise<true> {
  try {
    await orm.em.fork().execute('select 1');
    return true;
  } catch (error) {
    const { host, port, dbName, user } = orm.config.getAll();
    const { reason, isRetryable } = explainConnectionFailure(error);
    throw new ConnectionFailedError(
      `No answer from database "${dbName}" at ${host}:${port} for user "${user}": ${reason}.`,
      isRetryable,
    );
  }
}
