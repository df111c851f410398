import { connect } from 'node:net';
import type { Address } from './loopback.js';
import { cancelRequest } from './wire-protocol.js';

/** Milliseconds until a server that does not take the request is left alone. */
const timeoutMs = 1000;

/**
 * Asks the server to cancel what a connection runs, and waits until it has taken the request. Never fails: whether there
 * was something to cancel is not known either.
 *
 * @param key the process id and the secret, as the server sent them.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export async function cancel(backend: Address, key: Buffer): Promise<void> {
  const socket = connect({ ...backend, timeout: timeoutMs });
  socket.on('timeout', () => socket.destroy());
  socket.on('error', () => {});
  socket.resume().end(cancelRequest(key));
  await new Promise((resolve) => socket.once('close', resolve));
}
