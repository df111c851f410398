import { join } from 'node:path';
import {
  type ConnectionEnvironment,
  type ConnectionSettings,
  checkPort,
  readConnectionSettings,
} from '../config/connection-settings.js';
import { ConfigurationError } from '../errors/database-error.js';
import { ensureDatabase } from './database.js';
import { type LocalServer, type LocalServerOptions, startLocalServer } from './server.js';

/** The variables that choose a developer's database. */
export interface DevelopmentEnvironment extends ConnectionEnvironment {
  /** Port of the embedded server. Default 54329. */
  CODEX_LOCAL_PORT?: string | undefined;
}

/** The database that a developer works with. */
export interface DevelopmentDatabase {
  settings: ConnectionSettings;
  /** The embedded server behind it; `undefined` if the environment names another one. */
  server: LocalServer | undefined;
}

/**
 * Finds the developer's database: the one that `DATABASE_URL_LOCAL_PROXY` names or, without it, the database `codex` on
 * the embedded server, whose data lie in `.local/postgres` below the working directory.
 *
 * @throws {ConfigurationError} if the environment chooses a database that is not local, or a variable is malformed.
 */
export async function openDevelopmentDatabase(
  environment: DevelopmentEnvironment,
  onProgress?: LocalServerOptions['onProgress'],
): Promise<DevelopmentDatabase> {
  assertLocal(environment);

  if (environment.DATABASE_URL_LOCAL_PROXY) {
    return { settings: readConnectionSettings({ ...environment, DB_METHOD: 'LOCAL_PROXY' }), server: undefined };
  }

  const directory = join(process.cwd(), '.local', 'postgres');
  const server = await startLocalServer({ directory, port: readPort(environment.CODEX_LOCAL_PORT), onProgress });
  await ensureDatabase(server, 'codex');

  const url = server.url('codex');
  const settings = readConnectionSettings({
    ...environment,
    DB_METHOD: 'LOCAL_PROXY',
    DATABASE_URL_LOCAL_PROXY: url,
  });

  return { settings, server };
}

/** @throws {ConfigurationError} if the environment chooses a database that is not a developer's own. */
export function assertLocal({ DB_METHOD: method, NODE_ENV: mode }: DevelopmentEnvironment): void {
  if (method && method !== 'LOCAL_PROXY') {
    throw new ConfigurationError(
      'DB_METHOD',
      `DB_METHOD is not LOCAL_PROXY, and this command is for a developer's own database only. Unset DB_METHOD or set it to LOCAL_PROXY.`,
    );
  }

  if (mode === 'production') {
    throw new ConfigurationError(
      'NODE_ENV',
      `NODE_ENV is production, and this command is for a developer's own database only.`,
    );
  }
}

function readPort(text: string | undefined): number | undefined {
  return text ? checkPort('CODEX_LOCAL_PORT', Number(text)) : undefined;
}
