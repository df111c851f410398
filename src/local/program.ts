import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.js';

/** How many lines of the log an error quotes. */
const quotedLines = 15;

/**
 * Runs one of PostgreSQL's programs for a cluster. What it prints goes to the cluster's log.
 *
 * @throws {Error} with the last lines of what was logged meanwhile, if the program fails.
 */
export async function run(cluster: Cluster, name: string, args: string[]): Promise<void> {
  const log = openSync(cluster.log, 'a', 0o600);
  const { size } = statSync(cluster.log);

  try {
    if (cluster.user) {
      chownSync(cluster.log, cluster.user.uid, cluster.user.gid);
    }

    // The server inherits the log from pg_ctl. A pipe in its place would keep this process waiting for the server's end.
    const child = spawn(join(cluster.bin, name), args, options(cluster, log));
    const [code] = await once(child, 'exit').catch((cause) => {
      throw new Error(`${name} does not run on this system (on Linux it needs glibc): ${cause.message}`, { cause });
    });

    if (code !== 0) {
      const lines = readFileSync(cluster.log).subarray(size).toString().trimEnd().split('\n');
      throw new Error(`${name} failed. The end of ${cluster.log}:\n${lines.slice(-quotedLines).join('\n')}`);
    }
  } finally {
    closeSync(log);
  }
}

/** Runs a program while everything else waits, as in a process that ends. Its failure stays unnoticed. */
export function runSync(cluster: Cluster, name: string, args: string[]): void {
  spawnSync(join(cluster.bin, name), args, options(cluster, 'ignore'));
}

/** None of this process's environment: PostgreSQL would obey PGPORT and its like. */
function options(cluster: Cluster, output: number | 'ignore'): SpawnOptions {
  return {
    cwd: cluster.home,
    env: { LC_ALL: 'C' },
    stdio: ['ignore', output, output],
    windowsHide: true,
    ...cluster.user,
  };
}
