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
export async function testDbConnection(orm: Orm): Promise<true> {
  try {
    await orm.em.fork().execute('select 1');
    return true;
  } catch (error) {
    const { host, port, dbName, user } = orm.config.getAll();
    const { reason, isRetryable } = explain(error);
    throw new ConnectionFailedError(
      `No answer from database "${dbName}" at ${host}:${port} for user "${user}": ${reason}.`,
      isRetryable,
    );
  }
}

interface Failure {
  reason: string;
  isRetryable: boolean;
}

/** Why a connection fails, by system error code or SQLSTATE. */
const failures: Record<string, Failure> = {
  ECONNREFUSED: { reason: 'nothing listens there', isRetryable: true },
  ECONNRESET: { reason: 'the connection was closed', isRetryable: true },
  EAI_AGAIN: { reason: 'the name server does not answer', isRetryable: true },
  ENOTFOUND: { reason: 'the host name is unknown', isRetryable: false },
  ETIMEDOUT: { reason: 'the host does not respond', isRetryable: true },
  EHOSTUNREACH: { reason: 'the host cannot be reached', isRetryable: true },
  '28000': { reason: 'the server refuses this user', isRetryable: false },
  '28P01': { reason: 'user or password is wrong', isRetryable: false },
  '3D000': { reason: 'the database does not exist', isRetryable: false },
  '53300': { reason: 'the server has no connection left', isRetryable: true },
  '57P01': { reason: 'the server is shutting down', isRetryable: true },
  '57P03': { reason: 'the server is starting up', isRetryable: true },
};

/** Failures to which `pg` gives no code, by what its message says. */
const uncoded: [RegExp, Failure][] = [
  [/timeout/, { reason: 'the server took too long', isRetryable: true }],
  [/does not support SSL/, { reason: 'the server offers no TLS', isRetryable: false }],
  [/terminated unexpectedly/, { reason: 'the connection was closed', isRetryable: true }],
];

function explain(error: unknown): Failure {
  for (const cause of causesOf(error)) {
    const failure = failures[readText(cause, 'code') ?? ''] ?? byMessage(readText(cause, 'message') ?? '');

    if (failure) {
      return failure;
    }
  }

  return { reason: 'for an unknown reason', isRetryable: false };
}

const byMessage = (message: string): Failure | undefined => uncoded.find(([pattern]) => pattern.test(message))?.[1];
