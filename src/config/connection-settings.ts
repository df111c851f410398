import { ConfigurationError } from '../errors/database-error.js';

/** Where the database is: a developer's own machine, a Neon branch made for tests, or Neon in production. */
export const connectionMethods = ['LOCAL_PROXY', 'NEON_BRANCH', 'PRODUCTION'] as const;
export type ConnectionMethod = (typeof connectionMethods)[number];

/** How to reach the database. */
export interface ConnectionSettings {
  method: ConnectionMethod;
  /** `postgres://` or `postgresql://`, with user, host and database. */
  url: string;
  /** Where the local Neon proxy listens on the URL's host, for LOCAL_PROXY over WebSocket and HTTP. Default 4444. */
  proxyPort?: number | undefined;
}

/**
 * The variables that choose the database, as {@link readConnectionSettings} and {@link readScopedConnectionSettings} take
 * them.
 */
export interface ConnectionEnvironment {
  DB_METHOD?: string | undefined;
  /** The owner's, for NEON_BRANCH and PRODUCTION. */
  DATABASE_URL?: string | undefined;
  /** The owner's, for LOCAL_PROXY. */
  DATABASE_URL_LOCAL_PROXY?: string | undefined;
  /** With a login that is bound to scopes, whichever DB_METHOD it is. */
  DATABASE_URL_SCOPED?: string | undefined;
  /** For LOCAL_PROXY: the port of the local Neon proxy. Default 4444. */
  CODEX_PROXY_PORT?: string | undefined;
  NODE_ENV?: string | undefined;
}

const urlVariables = {
  LOCAL_PROXY: 'DATABASE_URL_LOCAL_PROXY',
  NEON_BRANCH: 'DATABASE_URL',
  PRODUCTION: 'DATABASE_URL',
} as const satisfies Record<ConnectionMethod, keyof ConnectionEnvironment>;

const allowedUrls = 'It must be postgres:// or postgresql:// with a user, a host and a database';

/**
 * Reads from the environment how to reach the database.
 *
 * @param environment default `process.env`; nothing else in this package reads it.
 * @throws {ConfigurationError} naming the variable and what it may be, never the URL itself.
 */
export function readConnectionSettings(environment: ConnectionEnvironment = process.env): ConnectionSettings {
  return readSettings(environment, (method) => urlVariables[method]);
}

/**
 * Reads from the environment how requests reach the database with a login of their own, one that is bound to scopes.
 *
 * The URL is `DATABASE_URL_SCOPED`, whichever `DB_METHOD` it is; all else is as {@link readConnectionSettings} has it. The
 * login is a member of `codex_scoped` and of nothing else, and owns nothing: outside of a scope it sees no rows, and SQL
 * that leaves its scope, such as `reset role`, gets no further. Migrations and other unscoped work need the owner's URL.
 *
 * @param environment default `process.env`.
 * @throws {ConfigurationError} naming the variable and what it may be, never the URL itself.
 *
 * @example
 * const orm = createOrm(readScopedConnectionSettings());
 * await assertScopeEnforced(orm, { isLoginScoped: true });
 */
export function readScopedConnectionSettings(environment: ConnectionEnvironment = process.env): ConnectionSettings {
  return readSettings(environment, () => 'DATABASE_URL_SCOPED');
}

function readSettings(
  environment: ConnectionEnvironment,
  urlVariable: (method: ConnectionMethod) => keyof ConnectionEnvironment,
): ConnectionSettings {
  const method = environment.DB_METHOD;

  if (!isConnectionMethod(method)) {
    throw new ConfigurationError(
      'DB_METHOD',
      `DB_METHOD ${method ? 'is unknown' : 'is not set'}. It must be ${connectionMethods.join(', ')}.`,
    );
  }

  if (method === 'LOCAL_PROXY' && environment.NODE_ENV === 'production') {
    throw new ConfigurationError(
      'DB_METHOD',
      'DB_METHOD is LOCAL_PROXY while NODE_ENV is production. It must be NEON_BRANCH or PRODUCTION there.',
    );
  }

  const variable = urlVariable(method);
  const url = checkUrl(method, variable, environment[variable]);
  const proxyPort = environment.CODEX_PROXY_PORT;

  return method === 'LOCAL_PROXY' && proxyPort
    ? { method, url, proxyPort: checkPort('CODEX_PROXY_PORT', Number(proxyPort)) }
    : { method, url };
}

/**
 * Checks settings that were passed in, without a look at the environment.
 *
 * @throws {ConfigurationError} as {@link readConnectionSettings} does, naming the option.
 */
export function checkConnectionSettings({ method, url, proxyPort }: ConnectionSettings): ConnectionSettings {
  if (!isConnectionMethod(method)) {
    throw new ConfigurationError('method', `method is unknown. It must be ${connectionMethods.join(', ')}.`);
  }

  return {
    method,
    url: checkUrl(method, 'url', url),
    ...(proxyPort !== undefined && { proxyPort: checkPort('proxyPort', proxyPort) }),
  };
}

/** @throws {ConfigurationError} naming the variable or option, unless it is a port's number. */
export function checkPort(variable: string, port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ConfigurationError(variable, `${variable} must be a whole number from 1 to 65535.`);
  }

  return port;
}

function isConnectionMethod(value: unknown): value is ConnectionMethod {
  return connectionMethods.some((method) => method === value);
}

function checkUrl(method: ConnectionMethod, variable: string, url: string | undefined): string {
  const fault = findFault(method, url);

  if (url === undefined || fault) {
    throw new ConfigurationError(variable, `${variable} ${fault}. ${allowedUrls}.`);
  }

  return url;
}

function findFault(method: ConnectionMethod, text: string | undefined): string | undefined {
  if (!text) {
    return 'is not set';
  }

  const url = URL.parse(text);

  if (!url) {
    return 'is not a URL';
  }

  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    return 'has the wrong scheme';
  }

  const { username: user, password, hostname: host, pathname: path } = url;

  if (![user, password, host, path].every(isDecodable)) {
    return 'has a % that begins no escape; write it as %25';
  }

  const missing = [!user && 'user', !host && 'host', path.length < 2 && 'database'].filter(Boolean);

  if (missing.length > 0) {
    return `names no ${missing.join(' and no ')}`;
  }

  const sslMode = url.searchParams.get('sslmode');
  const allowed = sslModes.filter((mode) => method === 'LOCAL_PROXY' || mode !== 'disable');

  return sslMode === null || allowed.includes(sslMode) ? undefined : `has an sslmode that is not ${allowed.join(', ')}`;
}

/** Neon takes no connection without TLS. */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'];

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
