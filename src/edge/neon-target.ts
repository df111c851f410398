import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { type ConnectionSettings, checkConnectionSettings } from '../config/connection-settings.js';
import { isLoopback, neonAddress } from '../config/neon-address.js';
import { ConfigurationError } from '../errors/database-error.js';

/** A database that is asked over HTTP. */
export interface NeonTarget {
  client: NeonQueryFunction<true, true>;
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

  if (neonConfig.poolQueryViaFetch) {
    throw new ConfigurationError(
      'poolQueryViaFetch',
      'neonConfig.poolQueryViaFetch is on: it sends each statement of a pool, BEGIN and ROLLBACK too, as a transaction of its own. Turn it off.',
    );
  }

  const description = `database "${database}" at ${http ? `${host}:${port}` : host} for user "${user}"`;

  if (!http) {
    checkForNeon(settings.url, password);
    return { client: connect(settings.url), description };
  }

  localProxies.set(authorityOf(http), http);
  installEndpoint();
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;

  return { client: connect(`postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}`), description };
}

/** How a database is reached if only its URL is known: through the local proxy where the host is this machine. */
export function settingsOf(url: string): ConnectionSettings {
  return { method: isLoopback(URL.parse(url)?.hostname ?? '') ? 'LOCAL_PROXY' : 'PRODUCTION', url };
}

const connect = (url: string): NeonQueryFunction<true, true> => neon(url, { arrayMode: true, fullResults: true });

/** The driver reads the URL as http and, where it cannot, prints it with its password: better not let it come to that. */
function checkForNeon(url: string, password: string): void {
  const asHttp = URL.parse(`http${url.slice(url.indexOf(':'))}`);
  const fault = asHttp ? !password && 'names no password, which Neon requires' : 'has a host that is no host name';

  if (fault) {
    throw new ConfigurationError('url', `url ${fault}.`);
  }
}

/** Where requests to the local proxies go, by the host and port that the driver is told. */
const localProxies = new Map<string, string>();
let isInstalled = false;

/** The driver keeps one setting for all: what others have put there must go on working. */
function installEndpoint(): void {
  if (isInstalled) {
    return;
  }

  const previous = neonConfig.fetchEndpoint;
  neonConfig.fetchEndpoint = (host, port, options) =>
    localProxies.get(`${host}:${port || '80'}`) ??
    (typeof previous === 'function' ? previous(host, port, options) : previous);
  isInstalled = true;
}

/** As the driver writes it: lower case, and with a port that http would leave out. */
function authorityOf(http: string): string {
  const { hostname, port } = new URL(http);
  return `${hostname}:${port || '80'}`;
}
