import { MikroORM } from '@mikro-orm/sql';
import {
  type ConnectionMethod,
  type ConnectionSettings,
  checkConnectionSettings,
  readScopedConnectionSettings,
} from '../config/connection-settings.js';
import { isLoopback } from '../config/neon-address.js';
import { type CheckResult, checkCatalog, type DatabaseCheckOptions } from '../doctor/check-database.js';
import { createOrm, type Orm, type OwnModel } from '../orm/create-orm.js';
import { testDbConnection } from '../orm/lifecycle.js';
import { checkScopes } from '../scope/assert-scope-enforced.js';
import { cliOptions } from './cli-options.js';
import { textTable } from './text-table.js';

/** Checks of one kind, on one connection. */
interface Section {
  title: string;
  open: () => Orm | Promise<Orm>;
  check: (orm: Orm) => Promise<CheckResult[]>;
}

/**
 * What `npm run db:doctor` does: looks whether a database is what entities, snapshot and migrations say, and whether scopes
 * hold. Prints each rule, and what is wrong, or why it could not look, and sets the exit code. Changes nothing.
 *
 * Without arguments it looks at the database that the environment chooses, or else the developer's own, and at the login of
 * `DATABASE_URL_SCOPED` if that is set. With a URL it looks at that one.
 *
 * @param own what a package above this one adds to the model and to its history, as for `createOrm`; and how its tables are
 * read.
 *
 * @example
 * await doctorCommand({ entities: [Playlist], accessPaths: [{ table: 'playlists', columns: ['creator_id', 'name'] }] });
 */
export async function doctorCommand(
  { accessPaths, ...own }: OwnModel & DatabaseCheckOptions = {},
  [url]: string[] = process.argv.slice(2),
): Promise<void> {
  try {
    for (const section of sectionsFor(url, own, { accessPaths })) {
      await examine(section);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function sectionsFor(url: string | undefined, own: OwnModel, options: DatabaseCheckOptions): Section[] {
  const open = async (): Promise<Orm> =>
    url ? createOrm({ ...own, ...settingsOf(url) }) : new MikroORM(await cliOptions(own));
  const catalog: Section = { title: 'Catalog', open, check: (orm) => checkCatalog(orm, options) };
  const scopes: Section = {
    title: 'Scopes',
    open,
    check: (orm) => checkScopes(orm),
  };
  const login: Section = {
    title: 'Scopes for the login of DATABASE_URL_SCOPED',
    open: () =>
      createOrm({
        ...own,
        ...readScopedConnectionSettings({ ...process.env, DB_METHOD: process.env.DB_METHOD || 'LOCAL_PROXY' }),
      }),
    check: (orm) => checkScopes(orm, { isLoginScoped: true }),
  };

  return process.env.DATABASE_URL_SCOPED && !url ? [catalog, scopes, login] : [catalog, scopes];
}

/** A server elsewhere is taken for Neon, unless the environment says otherwise. */
function settingsOf(url: string): ConnectionSettings {
  const host = URL.parse(url)?.hostname ?? '';
  const method = process.env.DB_METHOD || (isLoopback(host) ? 'LOCAL_PROXY' : 'PRODUCTION');

  return checkConnectionSettings({ method: method as ConnectionMethod, url });
}

async function examine({ title, open, check }: Section): Promise<void> {
  const orm = await open();

  try {
    await testDbConnection(orm);
    const { dbName, host, port, user } = orm.config.getAll();
    const results = await check(orm);
    const faults = results.flatMap((result) => result.faults ?? []);

    console.log(`${title}: database "${dbName}" at ${host}:${port}, as "${user}"\n`);
    console.log(
      textTable(
        ['check', 'result'],
        results.map((result) => [result.name, describe(result)]),
      ),
    );
    console.log(faults.map((fault) => `\n- ${fault}`).join(''));
    process.exitCode = faults.length > 0 ? 1 : process.exitCode;
  } finally {
    await orm.close();
  }
}

function describe({ faults }: CheckResult): string {
  if (!faults) {
    return 'not checked';
  }

  return faults.length > 0 ? `${faults.length} ${faults.length > 1 ? 'faults' : 'fault'}` : 'ok';
}
