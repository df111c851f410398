import { type Configuration, PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { PostgresDialect } from 'kysely';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { socketHost } from '../config/neon-address.js';
import { connectTimeoutMs, startupParameters } from './login.js';
import type { OrmOptions } from './model-options.js';
import { redactErrors } from './redact-errors.js';
import { releaseLostConnections } from './release-lost-connections.js';
import { keepScopes } from './scoped-connections.js';
import { keepSecretsBack } from './secret-columns.js';

/**
 * MikroORM's connection options for TCP.
 *
 * Every part of the URL is passed on by itself, so that no `MIKRO_ORM_…` variable can replace one of them. Neon takes no
 * connection without TLS, and its certificate is always checked, also under the `sslmode=require` of the URLs that Neon
 * hands out. Elsewhere the URL's `sslmode` decides, and without one there is no TLS.
 *
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLMODE
 */
export function tcpOptions(settings: ConnectionSettings): Partial<OrmOptions> {
  const { method, url } = settings;
  const server = new URL(url);
  const { port, username, password, pathname, searchParams } = server;
  const isLocal = method === 'LOCAL_PROXY';
  const sslMode = searchParams.get('sslmode') ?? (isLocal ? 'disable' : 'verify-full');

  return {
    driver: TcpDriver,
    host: socketHost(server),
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    dbName: decodeURIComponent(pathname.slice(1)),
    driverOptions: {
      connectionTimeoutMillis: connectTimeoutMs,
      ssl: sslMode !== 'disable' && { rejectUnauthorized: !isLocal || sslMode.startsWith('verify') },
      ...startupParameters(settings),
    },
  };
}

class TcpDriver extends PostgreSqlDriver {
  override readonly connection = new TcpConnection(this.config);

  constructor(config: Configuration) {
    super(config);
    keepSecretsBack(this);
  }
}

class TcpConnection extends PostgreSqlConnection {
  override createKyselyDialect(options: Parameters<PostgreSqlConnection['createKyselyDialect']>[0]): PostgresDialect {
    return keepScopes(releaseLostConnections(redactErrors(super.createKyselyDialect(options)))) as PostgresDialect;
  }
}
