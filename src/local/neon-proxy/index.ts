import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../../errors/database-error.js';
import { checkPort } from '../port.js';
import { answer } from './http.js';
import { Sessions } from './sessions.js';
import { WebSockets } from './websocket.js';

/** Which server a proxy is for, and how it behaves. */
export interface NeonProxyOptions {
  /** The PostgreSQL server behind the proxy. User, password and database are the clients'. */
  backend: { host: string; port: number };
  /** Default 4444; 0 for any free port. */
  port?: number | undefined;
  /** Most bytes of an HTTP request. Default 64 MiB, as Neon has it. */
  maxRequestBytes?: number | undefined;
  /** Most bytes of an HTTP response's rows. Default 64 MiB, as Neon has it. */
  maxResponseBytes?: number | undefined;
  /** Whether startup parameters that Neon drops are dropped. Default true. */
  strictStartup?: boolean | undefined;
  /** Milliseconds for a login. Default 15 seconds. */
  handshakeTimeoutMs?: number | undefined;
}

/** A server on this machine that takes what `@neondatabase/serverless` sends, and that only this machine can reach. */
export interface NeonProxy {
  readonly port: number;
  /** For `neonConfig.fetchEndpoint`. */
  readonly httpUrl: string;
  /** For `neonConfig.wsProxy`, with `neonConfig.useSecureWebSocket` false. */
  readonly webSocketAddress: string;
  /** Ends all requests and connections, cancels what they run, and frees the port. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** What Neon documents as the limit of a request and of a response. */
const defaultMaxBytes = 64 * 2 ** 20;

/**
 * Starts a proxy that speaks to Neon's serverless driver as Neon does, over HTTP and WebSocket, in front of any PostgreSQL.
 *
 * Of a client's connection string it takes user, password and database, never the host. It is for development and tests:
 * there is no encryption, and nothing is logged.
 *
 * @throws {ConfigurationError} if the port is taken.
 *
 * @see https://github.com/neondatabase/serverless
 *
 * @example
 * const proxy = await startNeonProxy({ backend: { host: '127.0.0.1', port: 54329 } });
 * neonConfig.fetchEndpoint = proxy.httpUrl;
 * neonConfig.wsProxy = () => proxy.webSocketAddress;
 * neonConfig.useSecureWebSocket = false;
 */
export async function startNeonProxy({
  backend,
  port: wantedPort = 4444,
  maxRequestBytes = defaultMaxBytes,
  maxResponseBytes = defaultMaxBytes,
  strictStartup = true,
  handshakeTimeoutMs = 15_000,
}: NeonProxyOptions): Promise<NeonProxy> {
  checkPort(wantedPort);
  const sessions = new Sessions(backend, handshakeTimeoutMs);
  const webSockets = new WebSockets({ backend, strictStartup, handshakeTimeoutMs });
  const server = createServer((request, response) => {
    void answer(request, response, { sessions, maxRequestBytes, maxResponseBytes });
  });
  const port = await listen(server, wantedPort);
  server.on('upgrade', (request, socket, head) => webSockets.take(request, socket, head, { host, port }));
  let closing: Promise<void> | undefined;

  const end = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, webSockets.close(), sessions.close()]);
  };

  return {
    port,
    httpUrl: `http://${host}:${port}/sql`,
    webSocketAddress: `${host}:${port}/v1`,
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is in use by another program' : 'is denied';
    throw new ConfigurationError(
      'port',
      `Port ${port} on ${host}, where the Neon proxy should listen, ${reason}. Free it, or start the proxy on another port.`,
    );
  }
}
