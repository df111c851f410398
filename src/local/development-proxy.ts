import type { ConnectionSettings } from '../config/connection-settings.js';
import { defaultProxyPort, socketHost } from '../config/neon-address.js';
import { createHttpExecutor } from '../edge/http-executor.js';
import { ConfigurationError } from '../errors/database-error.js';
import { query } from './database.js';
import { startNeonProxy } from './neon-proxy/index.js';

/** The local Neon proxy before a developer's database. */
export interface DevelopmentProxy {
  /** What reaches the database through it: the proxy is on this machine, wherever the server is. */
  settings: ConnectionSettings;
  httpUrl: string;
  webSocketUrl: string;
  /** By this call, or by another process that keeps it. */
  state: 'started' | 'shared';
  close(): Promise<void>;
}

/**
 * Starts the local Neon proxy before the developer's database, or finds the one that another process has started there.
 *
 * @throws {ConfigurationError} if something else has the port.
 */
export async function openDevelopmentProxy(settings: ConnectionSettings): Promise<DevelopmentProxy> {
  const port = settings.proxyPort ?? defaultProxyPort;
  const server = new URL(settings.url);
  const backend = { host: socketHost(server), port: Number(server.port || 5432) };
  const url = Object.assign(new URL(settings.url), { hostname: '127.0.0.1' }).href;
  const proxied = { ...settings, url };
  const addresses = {
    settings: proxied,
    httpUrl: `http://127.0.0.1:${port}/sql`,
    webSocketUrl: `ws://127.0.0.1:${port}/v1`,
  };

  try {
    const { close } = await startNeonProxy({ backend, port });
    return { ...addresses, state: 'started', close };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }

    if (await leadToTheSame(settings, proxied)) {
      return { ...addresses, state: 'shared', close: async () => {} };
    }

    throw new ConfigurationError(
      'CODEX_PROXY_PORT',
      `Port ${port} on 127.0.0.1, where the local Neon proxy should listen, is taken. Free it or set CODEX_PROXY_PORT to another port.`,
    );
  }
}

/** Whether what listens at the proxy's port is a Neon proxy before the same server. */
async function leadToTheSame(direct: ConnectionSettings, proxied: ConnectionSettings): Promise<boolean> {
  const startOfServer = 'select extract(epoch from pg_postmaster_start_time())::text as started';
  const [server] = await query<{ started: string }>(direct.url, startOfServer);

  try {
    const executor = createHttpExecutor(proxied, { maxRetries: 0, timeoutMs: 2000 });
    const [found] = await executor.query<{ started: string }>(startOfServer);
    return found?.started === server?.started;
  } catch {
    return false;
  }
}
