import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';

// PostgreSQL refuses to run as root, as in a container or a sandbox. Its programs then run as another user, who often
// cannot enter root's folders: such a server keeps its data, and a copy of the programs, in a folder of its own.

/** Not /var/tmp: what is not read there for a month may be removed, and with it a part of a database. */
const sharedFolder = '/var/lib/codex-database';

/** Whom a program runs as. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** Whether every user may enter the folder, or run the program, at that path. It must be free of links. */
export function isReachable(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o001) !== 0;
  return isOpen && (dirname(path) === path || isReachable(dirname(path)));
}

/**
 * Whom PostgreSQL runs as in place of root: the owner of the data if there are any, else `postgres`, else `nobody`.
 *
 * @throws {Error} if this system has neither.
 */
export function findServerUser(data: string): SystemUser {
  const owner = statSync(data, { throwIfNoEntry: false });

  if (owner && owner.uid !== 0) {
    return { uid: owner.uid, gid: owner.gid };
  }

  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const user = ['postgres:', 'nobody:'].flatMap((name) => users.filter((line) => line.startsWith(name)))[0];

  if (!user) {
    throw new Error('PostgreSQL does not run as root, and this system has no user postgres or nobody to run it as.');
  }

  const [, , uid, gid] = user.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The folder for the data of a server whose own folder other users cannot enter; created if missing. */
export function sharedHome(directory: string, base: string = sharedFolder): string {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return openFolder(join(openFolder(base), `data-${hash}`));
}

/** Copies the programs, once for each version, to where every user may run them, and returns the copy's folder. */
export async function shareBinaries(
  { folder, version }: Binaries,
  onProgress: (step: string) => void,
  base: string = sharedFolder,
): Promise<string> {
  const copy = join(openFolder(base), `postgres-${version}`);

  if (!existsSync(copy)) {
    onProgress(`Copying PostgreSQL to ${copy}: it does not run as root, and other users cannot enter ${folder}`);
    const draft = await mkdtemp(`${copy}-`);

    try {
      await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
      execFileSync('chmod', ['-R', 'u=rwX,go=rX', draft]);
      // It fails if another process was faster. Its copy is as good.
      await rename(draft, copy).catch(() => checkTrusted(copy));
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  return checkTrusted(copy);
}

function openFolder(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }

  return checkTrusted(path);
}

/** What another user could have put there must not be run or written to by root. */
function checkTrusted(path: string): string {
  const stats = lstatSync(path);

  if (!stats.isDirectory() || stats.uid !== 0 || (stats.mode & 0o022) !== 0) {
    throw new Error(`${path} must be a folder that only root can write to. Remove it, and start again.`);
  }

  return path;
}
