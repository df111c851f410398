import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isAlive, noteOfThisProcess, type ProcessNote, readNote } from './owner.js';

/** Milliseconds between two looks at a lock that another process holds. */
const pollMs = 100;

/** Runs the work while no other call does so with the same path, in any process. A killed process holds no lock. */
export async function withLock<Result>(
  path: string,
  onWait: (pid: number) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  await acquire(path, onWait);

  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, onWait: (pid: number) => void): Promise<void> {
  let isReported = false;

  while (!(await tryAcquire(path))) {
    const holder = readNote(path);

    if (holder && !isAlive(holder)) {
      await breakLock(path, holder);
      continue;
    }

    if (holder && !isReported) {
      onWait(holder.pid);
      isReported = true;
    }

    await sleep(pollMs);
  }
}

/** Links a finished file, so that nobody ever reads a lock without its holder. */
async function tryAcquire(path: string): Promise<boolean> {
  const draft = `${path}-${randomUUID()}`;

  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, JSON.stringify(noteOfThisProcess()));
    await link(draft, path);
    return true;
  } catch (error) {
    // Another process holds it, or was just removing the folder.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return false;
    }

    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves a dead holder's lock away, and gives it back if it meanwhile became a living one's. */
async function breakLock(path: string, dead: ProcessNote): Promise<void> {
  const moved = `${path}-${randomUUID()}`;

  try {
    await rename(path, moved);

    if (!isDeepStrictEqual(readNote(moved), dead)) {
      await link(moved, path);
    }
  } catch {
    // Another process was faster. The next look at the lock tells.
  } finally {
    await rm(moved, { force: true });
  }
}
