import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../errors/database-error.js';
import { findBinaries } from '../../local/binaries.js';
import { locateCluster } from '../../local/cluster.js';
import { localUrl } from '../../local/database.js';
import { disclaim } from '../../local/owner.js';
import { passwordFileIn, readSecretPassword } from '../../local/password.js';
import { removeLocalServer, startLocalServer } from '../../local/server.js';
import { AdminSession } from './admin-session.js';

/** Where the shared server lives, and how long it stays up when nobody uses it. */
export interface SharedServerOptions {
  directory: string;
  idleMs: number;
}

/** Held, shared, by whoever uses the server. The keeper takes it alone before it ends the server. */
export const useLock = 'codex_test/use';

/** Held by the process that ends the server when nobody uses it any more. */
export const keeperLock = 'codex_test/keeper';

const defaultIdleMinutes = 30;

/** Bytes that must be free in memory: a template, some clones and the log of what changes in them. */
const roomyBytes = 2 ** 30;

/** How often a server is tried that does not start or is just being ended, and the milliseconds in between. */
const attempts = 300;
const pauseMs = 100;

/** After how many failures the folder is given up and made anew. Nothing in it is worth keeping. */
const failuresToRebuild = 2;

/** @throws {ConfigurationError} if a variable is malformed. */
export function sharedServerOptions(environment: NodeJS.ProcessEnv): SharedServerOptions {
  const { CODEX_TEST_SERVER_DIRECTORY: directory, CODEX_TEST_SERVER_IDLE_MINUTES: idle } = environment;
  const minutes = Number(idle || defaultIdleMinutes);

  if (!(minutes > 0)) {
    throw new ConfigurationError(
      'CODEX_TEST_SERVER_IDLE_MINUTES',
      'CODEX_TEST_SERVER_IDLE_MINUTES must be a number of minutes above 0.',
    );
  }

  return { directory: directory || defaultDirectory(), idleMs: minutes * 60_000 };
}

/** One folder for each user and PostgreSQL version: where a server runs, or else in memory where there is room. */
function defaultDirectory(): string {
  // A user of a container need not have a name.
  const name = `codex-test-${process.getuid?.() ?? userInfo().username}-${findBinaries().version}`;
  const [inMemory, onDisk] = [join('/dev/shm', name), join(tmpdir(), name)];

  return [inMemory, onDisk].find((folder) => portIn(folder)) ?? (hasRoom('/dev/shm') ? inMemory : onDisk);
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return process.platform === 'linux' && bavail * bsize >= roomyBytes;
  } catch {
    return false;
  }
}

/** A session on the server that all runs share. It is started if it does not run, and stays up after this process. */
export async function connectToSharedServer(options: SharedServerOptions): Promise<AdminSession> {
  requireOwnFolder(options.directory);
  const { home } = await locateCluster(options.directory);

  for (let attempt = 1, failures = 0; ; attempt++) {
    try {
      const session = (await connectToRunning(home)) ?? (await connectToStarted(options.directory));

      // Not given while the keeper is about to end the server.
      if (await session.tryLock(useLock, 'shared')) {
        await ensureKeeper(session, home, options);
        return session;
      }

      await session.end();
    } catch (error) {
      failures += 1;

      if (error instanceof ConfigurationError || attempt >= attempts || failures > 2 * failuresToRebuild) {
        throw error;
      }

      if (failures === failuresToRebuild) {
        await rebuild(options.directory, home);
      }
    }

    if (attempt >= attempts) {
      throw new Error(
        `The test server in ${options.directory} does not end. Remove the folder and run the tests again.`,
      );
    }

    await sleep(pauseMs);
  }
}

/** The quick way, for all but the first: no lock, and nothing else to look at. */
export async function connectToRunning(home: string): Promise<AdminSession | undefined> {
  const port = portIn(home);
  const password = readSecretPassword(home);

  // Without a password of its own it is another program's, or an older version's.
  if (!port || !password) {
    return undefined;
  }

  try {
    const url = localUrl(Number(port), 'postgres', password);
    const session = await AdminSession.connect(url, passwordFileIn(home));
    const [found] = await session.query<{ data: string }>(`select current_setting('data_directory') as data`);

    if (found && realpathSync(found.data) === realpathSync(join(home, 'data'))) {
      return session;
    }

    await session.end();
  } catch {
    // It is gone, though its note is still there.
  }

  return undefined;
}

async function connectToStarted(directory: string): Promise<AdminSession> {
  await startLocalServer({ directory, port: 0, durable: false, hasSecretPassword: true });
  const cluster = await locateCluster(directory);
  // It is nobody's: whoever started it may end long before the others, or long after them. Were this process killed before
  // it has started a keeper, the next run would do so.
  disclaim(cluster);
  const session = await connectToRunning(cluster.home);

  if (!session) {
    throw new Error(`The test server in ${directory} does not let its own user in.`);
  }

  return session;
}

/** Starts the process that ends the server some time after its last use, unless there is one. */
async function ensureKeeper(
  session: AdminSession,
  home: string,
  { directory, idleMs }: SharedServerOptions,
): Promise<void> {
  if (!(await session.tryLock(keeperLock))) {
    return;
  }

  await session.unlock(keeperLock);
  const isSource = import.meta.url.endsWith('.ts');
  const keeper = fileURLToPath(new URL(`keeper${isSource ? '.ts' : '.js'}`, import.meta.url));
  const loader = isSource ? ['--import', '@oxc-node/core/register'] : [];
  const { NODE_OPTIONS, ...env } = process.env;

  const child = spawn(process.execPath, [...loader, keeper, directory, home, String(idleMs)], {
    detached: true,
    stdio: 'ignore',
    // Where the loader is found.
    cwd: isSource ? dirname(keeper) : tmpdir(),
    env,
  });
  // Without a keeper the server stays. That is no reason not to test.
  child.on('error', () => {});
  child.unref();
}

/** Removes what is left of a server that does not start, unless another process has just started it. */
async function rebuild(directory: string, home: string): Promise<void> {
  const running = await connectToRunning(home);

  if (running) {
    await running.end();
    return;
  }

  await removeLocalServer(directory).catch(() => {});
  // It leaves half of a server's data, which it does not take for such.
  const data = join(home, 'data');
  const names = existsSync(data) ? readdirSync(data) : [];

  if (names.length > 0 && !names.some((name) => partsOfData.includes(name))) {
    throw new ConfigurationError(
      'CODEX_TEST_SERVER_DIRECTORY',
      `${data} is where the test server would have its data, and has something else. Name another folder in CODEX_TEST_SERVER_DIRECTORY.`,
    );
  }

  await rm(data, { recursive: true, force: true });
}

/** By these a folder is known that PostgreSQL had its data in. */
const partsOfData = ['PG_VERSION', 'base', 'global', 'postmaster.pid'];

/** Another user could have put a folder there, or could exchange what is in it, for a server that reads along. */
function requireOwnFolder(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stats = lstatSync(directory);
  const uid = process.getuid?.();

  if (!stats.isDirectory() || (uid !== undefined && stats.uid !== uid)) {
    throw new ConfigurationError(
      'CODEX_TEST_SERVER_DIRECTORY',
      `${directory}, where the test server has its data, is not a folder of this user. Remove it, or name another in CODEX_TEST_SERVER_DIRECTORY.`,
    );
  }

  if (uid !== undefined && (stats.mode & 0o022) !== 0) {
    throw new ConfigurationError(
      'CODEX_TEST_SERVER_DIRECTORY',
      `Other users can write to ${directory}, where the test server has its data. Take their right away, or name another folder in CODEX_TEST_SERVER_DIRECTORY.`,
    );
  }
}

/** The port of the server that runs in the folder, once it is ready. */
export function portIn(home: string): string | undefined {
  try {
    const [, , , port, , , , status] = readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n');
    return status?.trim() === 'ready' ? port : undefined;
  } catch {
    return undefined;
  }
}
