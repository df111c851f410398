import { ConfigurationError } from '../errors/database-error.js';
import type { ConnectionSettings } from './connection-settings.js';

/** Where Neon's protocols, HTTP and WebSocket, are spoken for a database. */
export interface NeonAddress {
  /** What the driver is told: the server's host and port or, locally, the proxy's. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Whether both protocols run over TLS. The local proxy speaks neither https nor wss. */
  isSecure: boolean;
  /** The WebSocket's address without its scheme. */
  webSocket: string;
  /** Where queries are posted; `undefined` leaves it to the driver, which derives it from Neon's host names. */
  http: string | undefined;
}

/** Where the local Neon proxy listens unless it is told otherwise. */
export const defaultProxyPort = 4444;

/** Names of this machine that need no name server: all of them mean 127.0.0.1, where the local proxy listens. */
const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|(.+\.)?localtest\.me)$/;

/** A loopback name of this machine as an address, any other host as it is. */
export const resolveLocally = (host: string): string => (loopback.test(host.toLowerCase()) ? '127.0.0.1' : host);

/**
 * Derives from checked settings where the Neon driver finds its database.
 *
 * LOCAL_PROXY means the local Neon proxy, on the URL's host: it stands before one server, so the URL's own port does not
 * matter. The other methods mean Neon itself, always over TLS.
 *
 * @throws {ConfigurationError} if a local URL asks for TLS, which the local proxy does not offer.
 */
export function neonAddress({ method, url, proxyPort = defaultProxyPort }: ConnectionSettings): NeonAddress {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const login = {
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };

  if (method !== 'LOCAL_PROXY') {
    const host = decodeURIComponent(hostname);
    return { ...login, host, port: Number(port || 5432), isSecure: true, webSocket: `${host}/v2`, http: undefined };
  }

  if ((searchParams.get('sslmode') ?? 'disable') !== 'disable') {
    throw new ConfigurationError(
      'url',
      'The URL asks for TLS by its sslmode, but the local Neon proxy offers none. Remove sslmode, or use the transport tcp.',
    );
  }

  const host = resolveLocally(decodeURIComponent(hostname));
  const authority = `${host}:${proxyPort}`;
  return {
    ...login,
    host,
    port: proxyPort,
    isSecure: false,
    webSocket: `${authority}/v1`,
    http: `http://${authority}/sql`,
  };
}
