import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ConfigurationError } from '../errors/database-error.js';

const host = '127.0.0.1';

/** @throws {ConfigurationError} for anything but a port's number or 0. */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ConfigurationError('port', 'port must be a whole number from 1 to 65535, or 0 for any free port.');
  }
}

/**
 * Finds out by binding it that a port is free on this machine, and returns it.
 *
 * @param port 0 for any free one.
 * @throws {ConfigurationError} if it is not free, or not for this user.
 */
export async function findFreePort(port: number): Promise<number> {
  const server = createServer().listen({ host, port, exclusive: true });

  try {
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'is in use by another program' : 'is denied';
    throw new ConfigurationError(
      'port',
      `Port ${port} on ${host} ${reason}. Free it or set CODEX_LOCAL_PORT to another port, or use a server that runs already by its URL in DATABASE_URL_LOCAL_PROXY.`,
    );
  } finally {
    server.close();
  }
}
