import { readConnectionSettings } from '../config/connection-settings.js';
import type { OwnModel } from '../orm/create-orm.js';
import type { OrmOptions } from '../orm/model-options.js';
import { ormOptions } from '../orm/options.js';
import { openDevelopmentDatabase } from './development-database.js';

/**
 * What `npx mikro-orm` loads: the database that `DB_METHOD` chooses or, without it, the developer's own, whose embedded
 * server is started for the command if it does not run.
 *
 * @param own what a package above this one adds to the model and to its history, as for `createOrm`.
 * @throws {ConfigurationError} if a variable is missing or wrong.
 *
 * @example
 * // mikro-orm.config.ts
 * export default () => cliOptions({ entities: [Playlist], migrations: { path: new URL('./src/migrations', import.meta.url) } });
 */
export async function cliOptions(own?: OwnModel): Promise<Partial<OrmOptions>> {
  const { DB_METHOD: method, DATABASE_URL: url, NODE_ENV: mode } = process.env;

  if (method || url || mode === 'production') {
    return ormOptions(readConnectionSettings(), {}, 'tcp', own);
  }

  const { settings, server } = await openDevelopmentDatabase(process.env, (step) => console.error(`${step} …`));

  if (server) {
    process.once('exit', () => server.stopSync());
    process.once('SIGINT', () => process.exit(130));
  }

  return ormOptions(settings, {}, 'tcp', own);
}
