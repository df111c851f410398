import { chmodSync, chownSync, existsSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.js';
import { inventPassword, passwordFileIn, readPassword } from './password.js';
import { run } from './program.js';
import { findServerUser, isReachable, type SystemUser, shareBinaries, sharedHome } from './unprivileged.js';

/** One server's files, and how its programs run. */
export interface Cluster {
  /** The folder of `initdb`, `pg_ctl` and `postgres`. */
  readonly bin: string;
  /** The folder of all that follows, and of the notes that processes leave for each other. */
  readonly home: string;
  readonly data: string;
  readonly log: string;
  /** Says which process started the server. */
  readonly owner: string;
  /** Held by who starts, stops or removes the server. */
  readonly lock: string;
  /** Whom the programs run as, if not as this process. */
  readonly user: SystemUser | undefined;
}

/** How often a folder is opened that another process removes meanwhile, and the milliseconds in between. */
const attempts = 100;
const pauseMs = 5;

/** Decides where the server of a folder has its files, and whom it runs as. Creates the folder if it is missing. */
export async function locateCluster(
  directory: string,
  onProgress: (step: string) => void = () => {},
): Promise<Cluster> {
  const binaries = findBinaries();
  const { home, isShared } = await openFolder(directory, onProgress);

  if (!isShared) {
    return describe(binaries.folder, home);
  }

  const user = findServerUser(join(home, 'data'));
  const isReadable = isReachable(realpathSync(join(binaries.folder, 'bin', 'postgres')));
  return describe(isReadable ? binaries.folder : await shareBinaries(binaries, onProgress), home, user);
}

/** Creates and prepares the folder, again if a process that ends a server removes it in between. */
async function openFolder(
  directory: string,
  onProgress: (step: string) => void,
): Promise<{ home: string; isShared: boolean }> {
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(directory, { recursive: true });
      const folder = realpathSync(directory);
      const isShared = process.getuid?.() === 0;
      return { home: isShared ? openHome(folder, onProgress) : folder, isShared };
    } catch (error) {
      if (attempt === attempts || (error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw error;
      }

      await sleep(pauseMs);
    }
  }
}

/** As root: the folder itself, if the server's user can get there, else one that stands in for it. */
function openHome(folder: string, onProgress: (step: string) => void): string {
  // Data that are there stay there: their owner was able to reach them.
  if (existsSync(join(folder, 'data'))) {
    return folder;
  }

  if (isReachable(dirname(folder))) {
    chmodSync(folder, statSync(folder).mode | 0o011);
    return folder;
  }

  const home = sharedHome(folder);
  onProgress(`Keeping the data in ${home}: PostgreSQL does not run as root, and other users cannot enter ${folder}`);
  return home;
}

function describe(binaries: string, home: string, user?: SystemUser): Cluster {
  return {
    bin: join(binaries, 'bin'),
    home,
    data: join(home, 'data'),
    log: join(home, 'server.log'),
    owner: join(home, 'owner.json'),
    lock: join(home, 'lock'),
    user,
  };
}

/**
 * Creates the data, unless they exist: UTF-8, sorted by code point on every machine, user `postgres`.
 *
 * They are built aside and moved in place when complete, so a run that is killed leaves none that are half done.
 */
export async function createData(
  cluster: Cluster,
  { durable, hasSecretPassword }: { durable: boolean; hasSecretPassword: boolean },
  onProgress: (step: string) => void,
): Promise<void> {
  if (hasData(cluster)) {
    return;
  }

  onProgress(`Creating a PostgreSQL server in ${cluster.home}`);
  const draft = await mkdtemp(join(cluster.home, 'draft-'));
  const password = join(draft, 'password');
  // One that is there is that of a server whose data are gone.
  rmSync(passwordFileIn(cluster.home), { force: true });
  const secret = hasSecretPassword ? inventPassword(cluster.home) : readPassword(cluster.home);
  writeFileSync(password, `${secret}\n`, { mode: 0o600 });

  if (cluster.user) {
    chownSync(draft, cluster.user.uid, cluster.user.gid);
    chownSync(password, cluster.user.uid, cluster.user.gid);
  }

  try {
    await run(cluster, 'initdb', [
      `--pgdata=${join(draft, 'data')}`,
      '--username=postgres',
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ]);
    await rename(join(draft, 'data'), cluster.data);
  } finally {
    // Also those of runs that were killed.
    await removeAll(cluster, (name) => name.startsWith('draft-'));
  }
}

/** Removes all of a server that does not run, but the lock, and nothing that is not the server's. */
export async function emptyHome(cluster: Cluster): Promise<void> {
  const own = [
    ...[cluster.log, cluster.owner, passwordFileIn(cluster.home)],
    ...(hasData(cluster) ? [cluster.data] : []),
  ].map((path) => basename(path));
  await removeAll(cluster, (name) => own.includes(name) || name.startsWith('draft-') || name.startsWith('lock-'));
}

const hasData = ({ data }: Cluster): boolean => existsSync(join(data, 'PG_VERSION'));

async function removeAll({ home }: Cluster, isMeant: (name: string) => boolean): Promise<void> {
  const names = (await readdir(home)).filter(isMeant);
  // An orphaned initdb may still write there for a moment.
  await Promise.all(names.map((name) => rm(join(home, name), { recursive: true, force: true, maxRetries: 5 })));
}
