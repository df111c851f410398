import type { ConnectionSettings } from '../config/connection-settings.js';
import { User } from '../entities/user.entity.js';
import { createOrm, type Orm } from '../orm/create-orm.js';
import { testDbConnection } from '../orm/lifecycle.js';
import { DatabaseSeeder } from '../seeders/DatabaseSeeder.js';
import { openDevelopmentDatabase } from './development-database.js';
import { openDevelopmentProxy } from './development-proxy.js';
import type { LocalServer } from './server.js';
import { compareTransports, describeTables, runScopedReads } from './showcase.js';

// `npm start`: a local database with schema and data, shown at work. `--once` leaves when all is shown.
const staysUp = !process.argv.includes('--once');

let isInterrupted = false;

/** Resolves on Ctrl-C, when the terminal is closed, or when the process is asked to end. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      isInterrupted = true;
      resolve();
    });
  }
});

// A closed terminal must not keep the server from being stopped.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const say = (text = ''): void => console.log(text);
const step = (text: string): void => say(`• ${text} …`);

try {
  const { settings, server } = await openDevelopmentDatabase(process.env, step);

  try {
    await Promise.race([show(settings, server), interrupted]);
  } finally {
    stops(server) && staysUp && say('\nStopping the server');
    await server?.stop();
  }
} catch (error) {
  // The programs that it interrupted fail with it, which is no news.
  isInterrupted || console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

// What an interruption left under way has lost its server.
process.exit();

async function show(settings: ConnectionSettings, server: LocalServer | undefined): Promise<void> {
  await prepareAndShow(settings, server);
  const proxy = await openDevelopmentProxy(settings);

  try {
    const until = proxy.state === 'started' ? 'as long as this runs' : 'which is already running for another process';
    say(`\nLocal Neon proxy at ${proxy.httpUrl} and ${proxy.webSocketUrl}, ${until}`);
    say(
      `\nThe first of these reads over each transport, equal to the last byte\n\n${await compareTransports(settings, proxy.settings)}`,
    );

    if (staysUp) {
      say(`\nReady. Ctrl-C ${stops(server) ? 'stops the server and ' : ''}ends this.`);
      await stayUp();
    }
  } finally {
    await proxy.close();
  }
}

async function prepareAndShow(settings: ConnectionSettings, server: LocalServer | undefined): Promise<void> {
  const orm = createOrm(settings);

  try {
    await testDbConnection(orm);
    sayWhereItRuns(orm, server);
    await migrate(orm);
    await seedIfEmpty(orm);
    say(`\n${await describeTables(orm)}`);
    say('\nEnvironment\n');
    say('  export DB_METHOD=LOCAL_PROXY');
    say(`  export DATABASE_URL_LOCAL_PROXY=${server ? settings.url : '…  # as it is set now'}`);
    settings.proxyPort && say(`  export CODEX_PROXY_PORT=${settings.proxyPort}`);

    for (const { caption, table, tookMs } of await runScopedReads(orm, new Date())) {
      const [first, again] = tookMs.map((time) => `${time.toFixed(1)} ms`);
      say(`\n${caption} (${first}, again ${again})\n\n${table}`);
    }
  } finally {
    await orm.close();
  }
}

function sayWhereItRuns(orm: Orm, server: LocalServer | undefined): void {
  const { host, port, dbName } = orm.config.getAll();
  const origins = {
    started: 'its server was started',
    recovered: 'its server was left running by an earlier start and is taken over',
    shared: 'its server is already running for another process, which keeps it',
    foreign: 'as DATABASE_URL_LOCAL_PROXY says',
  };
  say(`Database "${dbName}" at ${host}:${port}, ${origins[server?.state ?? 'foreign']}`);
}

async function migrate(orm: Orm): Promise<void> {
  orm.config.get('migrations').silent = true;
  const pending = await orm.migrator.getPending();

  if (pending.length > 0) {
    step(`Applying ${pending.length} migrations`);
    await orm.migrator.up();
  }
}

async function seedIfEmpty(orm: Orm): Promise<void> {
  if ((await orm.em.fork().count(User)) > 0) {
    say('It has data, which are left as they are');
  } else {
    step('Seeding it');
    await orm.seeder.seed(DatabaseSeeder);
  }
}

/** Whether the server goes with this process. */
function stops(server: LocalServer | undefined): boolean {
  return server !== undefined && server.state !== 'shared';
}

/** Keeps the process from ending by itself. */
function stayUp(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 2 ** 30));
}
