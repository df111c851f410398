import { ConfigurationError } from '../errors/database-error.js';

/**
 * How an ORM talks to its database.
 *
 * `tcp` is PostgreSQL's own protocol, for Node. `websocket` carries the same protocol through Neon's proxy, and works in
 * a Worker too. `http` sends each statement by itself through Neon's proxy: reads and single writes, no transactions.
 */
export const transports = ['tcp', 'websocket', 'http'] as const;
export type Transport = (typeof transports)[number];

/** @throws {ConfigurationError} unless it is one of `allowed`. */
export function checkTransport<Allowed extends Transport>(transport: unknown, allowed: readonly Allowed[]): Allowed {
  const found = allowed.find((each) => each === transport);

  if (!found) {
    throw new ConfigurationError('transport', `transport is unknown here. It must be ${allowed.join(', ')}.`);
  }

  return found;
}
