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

/** Names that mean 127.0.0.1 in public DNS, so that a server on this machine can have a name with a dot. */
const testName = /^(.+\.)?localtest\.me$/i;

/** Host names of this machine, all of which reach the local proxy. */
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/** The address that a public test name stands for, so that no name server is needed; any other host as it is. */
const resolveTestName = (host: string): string => (testName.test(host) ? '127.0.0.1' : host);

/** A URL's host as a socket takes it: decoded, an IPv6 address without its brackets, a public test name as its address. */
export const socketHost = ({ hostname }: URL): string =>
  resolveTestName(decodeURIComponent(hostname)).replace(/^\[|\]$/g, '');

/** Whether the host is this machine. */
export const isLoopback = (host: string): boolean => loopback.test(resolveTestName(host));

/**
 * Derives from checked settings where the Neon driver finds its database.
 *
 * LOCAL_PROXY means the local Neon proxy, on the URL's host: it stands before one server, so the URL's own port does not
 * matter. The other methods mean Neon itself, always over TLS.
 *
 * @throws {ConfigurationError} if the host is none, or a local URL asks for TLS, which the local proxy does not offer.
 */
export function neonAddress({ method, url, proxyPort = defaultProxyPort }: ConnectionSettings): NeonAddress {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const login = {
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };

  const named = checkHost(decodeURIComponent(hostname));

  if (method !== 'LOCAL_PROXY') {
    return {
      ...login,
      host: named,
      port: Number(port || 5432),
      isSecure: true,
      webSocket: `${named}/v2`,
      http: undefined,
    };
  }

  if ((searchParams.get('sslmode') ?? 'disable') !== 'disable') {
    throw new ConfigurationError(
      'url',
      'The URL asks for TLS by its sslmode, but the local Neon proxy offers none. Remove sslmode, or use the transport tcp.',
    );
  }

  const host = isLoopback(named) ? '127.0.0.1' : named;
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

/**
 * The host as addresses carry it: lower case, and in ASCII.
 *
 * @throws {ConfigurationError} if it is none. Escapes could otherwise lead an address to another host.
 */
function checkHost(host: string): string {
  const { hostname, origin } = URL.parse(`https://${host}`) ?? {};

  if (!hostname || origin !== `https://${hostname}` || /[\s/?#@\\]/.test(host)) {
    throw new ConfigurationError('url', 'url has a host that is no host name.');
  }

  return hostname;
}
