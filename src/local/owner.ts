import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Cluster } from './cluster.js';
import { findProcess } from './system-process.js';

/** Names a process for as long as it lives, also after its id went to another one. */
export interface ProcessNote {
  pid: number;
  startedAt: string;
}

/** Names this process. */
export function noteOfThisProcess(): ProcessNote {
  return { pid: process.pid, startedAt: findProcess(process.pid)?.startedAt ?? '' };
}

/** Reads a note from a file. A missing or damaged file names nobody. */
export function readNote(path: string): ProcessNote | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export const isAlive = ({ pid, startedAt }: ProcessNote): boolean => findProcess(pid)?.startedAt === startedAt;

/** Who has to stop the server: a process that claimed it and still lives, if there is one. */
export function findOwner(cluster: Cluster): 'this process' | 'another process' | undefined {
  const owner = readNote(cluster.owner);

  if (!owner || !isAlive(owner)) {
    return undefined;
  }

  return owner.pid === process.pid ? 'this process' : 'another process';
}

/** Makes this process the server's owner. */
export function claim(cluster: Cluster): void {
  writeFileSync(cluster.owner, JSON.stringify(noteOfThisProcess()));
}

/** Leaves the server without an owner. */
export function disclaim(cluster: Cluster): void {
  rmSync(cluster.owner, { force: true });
}
