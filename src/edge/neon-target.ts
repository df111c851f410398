import { type ConnectionSettings, checkConnectionSettings } from '../config/connection-settings.js';
import { isLoopback, neonAddress } from '../config/neon-address.js';
import { ConfigurationError } from '../errors/database-error.js';
import type { NeonEndpoint } from './neon-endpoint.js';

/** A database that is asked over HTTP. */
export interface NeonTarget {
  endpoint: NeonEndpoint;
  /** Which database it is, for error texts. Without password. */
  description: string;
}

/**
 * Prepares requests to a database, and sends none.
 *
 * @throws {ConfigurationError} saying what is wrong with the URL, without a part of it.
 */
export function openTarget(settings: ConnectionSettings): NeonTarget {
  const { host, port, user, password, database, http } = neonAddress(checkConnectionSettings(settings));

  if (!http && !password) {
    throw new ConfigurationError('url', 'url names no password, which Neon requires.');
  }

  const authority = http ? `${host}:${port}` : host;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;

  return {
    endpoint: {
      url: http ?? neonUrl(host),
      connectionString: `postgresql://${login}@${authority}/${encodeURIComponent(database)}${neonOptions(settings.url)}`,
    },
    description: `database "${database}" at ${authority} for user "${user}"`,
  };
}

/** How a database is reached if only its URL is known: through the local proxy where the host is this machine. */
export function settingsOf(url: string): ConnectionSettings {
  return { method: isLoopback(URL.parse(url)?.hostname ?? '') ? 'LOCAL_PROXY' : 'PRODUCTION', url };
}

/** Neon answers for all endpoints of a region at one address. */
const neonUrl = (host: string): string => `https://${host.replace(/^[^.]+\./, 'api.')}/sql`;

/** Of the URL's parameters, Neon reads those of its own over HTTP, and drops the others. */
function neonOptions(url: string): string {
  const options = new URL(url).searchParams.get('options');
  return options?.includes('neon_') ? `?options=${encodeURIComponent(options)}` : '';
}
