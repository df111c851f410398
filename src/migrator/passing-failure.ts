import { explainConnectionFailure } from '../errors/connection-failure.js';
import { findPostgresError } from '../errors/sqlstate.js';

/** Failures after which the same migration may succeed, by SQLSTATE. */
const passing: Record<string, string> = {
  '40001': 'another transaction was in the way',
  '40P01': 'it was in a deadlock with another transaction',
  '53300': 'the server has no connection left',
  '55P03': 'it did not get a lock in time',
  '57P01': 'the server is shutting down',
  '57P02': 'the server is restarting after a crash',
  '57P03': 'the server is starting up',
  '08000': 'the connection was lost',
  '08001': 'the server cannot be reached',
  '08003': 'the connection was lost',
  '08006': 'the connection was lost',
};

/** Why a migration that failed is worth another attempt; `undefined` if it is not. */
export function passingReason(error: unknown): string | undefined {
  const code = findPostgresError(error)?.code;

  if (code) {
    return passing[code];
  }

  const { reason, isRetryable } = explainConnectionFailure(error);
  return isRetryable || lostConnection.test(String(error))
    ? reason.replace(/^for an.*/, 'the connection was lost')
    : undefined;
}

/** What `pg` says of a connection that ended, where it gives no code. */
const lostConnection = /not queryable|Connection terminated|EPIPE/;
