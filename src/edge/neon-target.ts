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

  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;

  return {
    endpoint: {
      url: http ?? neonUrl(host),
      // Without the URL's parameters, which Neon drops over HTTP.
      connectionString: `postgresql://${login}@${http ? `${host}:${port}` : host}/${encodeURIComponent(database)}`,
    },
    description: `database "${database}" at ${http ? `${host}:${port}` : host} for user "${user}"`,
  };
}

/** How a database is reached if only its URL is known: through the local proxy where the host is this machine. */
export function settingsOf(url: string): ConnectionSettings {
  return { method: isLoopback(URL.parse(url)?.hostname ?? '') ? 'LOCAL_PROXY' : 'PRODUCTION', url };
}

/** Neon answers for all endpoints of a region at one address. */
function neonUrl(host: string): string {
  const url = URL.parse(`https://${host.replace(/^[^.]+\./, 'api.')}/sql`);

  if (!url || !URL.canParse(`https://${host}`)) {
    throw new ConfigurationError('url', 'url has a host that is no host name.');
  }

  return url.href;
}
