import { readConnectionSettings } from '../config/connection-settings.js';
import type { OrmOptions } from '../orm/model-options.js';
import { ormOptions } from '../orm/options.js';
import { openDevelopmentDatabase } from './development-database.js';

/**
 * What `npx mikro-orm` loads: the database that `DB_METHOD` chooses or, without it, the developer's own, whose embedded
 * server is started for the command if it does not run.
 *
 * @throws {ConfigurationError} if a variable is missing or wrong.
 */
export async function cliOptions(): Promise<Partial<OrmOptions>> {
  const { DB_METHOD: method, DATABASE_URL: url, NODE_ENV: mode } = process.env;

  if (method || url || mode === 'production') {
    return ormOptions(readConnectionSettings());
  }

  const { settings, server } = await openDevelopmentDatabase(process.env, (step) => console.error(`${step} …`));

  if (server) {
    process.once('exit', () => server.stopSync());
    process.once('SIGINT', () => process.exit(130));
  }

  return ormOptions(settings);
}
