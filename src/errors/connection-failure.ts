import { causesOf, readText } from './sqlstate.js';

/** Why a server could not be reached. */
export interface ConnectionFailure {
  reason: string;
  isRetryable: boolean;
}

/** Why a connection fails, by system error code or SQLSTATE. */
const failures: Record<string, ConnectionFailure> = {
  ECONNREFUSED: { reason: 'nothing listens there', isRetryable: true },
  ECONNRESET: { reason: 'the connection was closed', isRetryable: true },
  EAI_AGAIN: { reason: 'the name server does not answer', isRetryable: true },
  ENOTFOUND: { reason: 'the host name is unknown', isRetryable: false },
  ETIMEDOUT: { reason: 'the host does not respond', isRetryable: true },
  EHOSTUNREACH: { reason: 'the host cannot be reached', isRetryable: true },
  '08001': { reason: 'the proxy cannot connect to the server', isRetryable: true },
  '08006': { reason: 'the proxy cannot connect to the server', isRetryable: true },
  '28000': { reason: 'the server refuses this user', isRetryable: false },
  '28P01': { reason: 'user or password is wrong', isRetryable: false },
  '3D000': { reason: 'the database does not exist', isRetryable: false },
  '53300': { reason: 'the server has no connection left', isRetryable: true },
  '57P01': { reason: 'the server is shutting down', isRetryable: true },
  '57P03': { reason: 'the server is starting up', isRetryable: true },
};

/** Failures to which `pg` gives no code, by what its message says. */
const uncoded: [RegExp, ConnectionFailure][] = [
  [/timeout/, { reason: 'the server took too long', isRetryable: true }],
  [/does not support SSL/, { reason: 'the server offers no TLS', isRetryable: false }],
  [/terminated unexpectedly/, { reason: 'the connection was closed', isRetryable: true }],
];

/** Says in words for a person why a connection failed, whatever was thrown. Holds nothing of the error's own text. */
export function explainConnectionFailure(error: unknown): ConnectionFailure {
  for (const cause of causesOf(error)) {
    const failure = failures[readText(cause, 'code') ?? ''] ?? byMessage(readText(cause, 'message') ?? '');

    if (failure) {
      return failure;
    }
  }

  return { reason: 'for an unknown reason', isRetryable: false };
}

const byMessage = (message: string): ConnectionFailure | undefined =>
  uncoded.find(([pattern]) => pattern.test(message))?.[1];
