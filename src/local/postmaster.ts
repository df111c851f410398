import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { localUrl, query } from './database.js';
import { readPassword } from './password.js';
import { run, runSync } from './program.js';
import { settings } from './settings.js';
import { findProcess } from './system-process.js';

/** A server that answers. */
export interface RunningServer {
  port: number;
  durable: boolean;
}

/** Milliseconds until the next look at something that takes a moment. */
const pollMs = 50;

/** How often something is tried that failed for a passing reason, and the milliseconds in between. */
const attempts = 20;
const pauseMs = 500;

/** Another program was faster to take the port, or what a killed run began to start or stop has not settled yet. */
const passingReason =
  /Address already in use|pre-existing shared memory block|postmaster\.pid" already exists|system is shutting down/;

const stopArguments = ({ data }: Cluster): string[] => ['stop', '-D', data, '-m', 'fast', '-w', '-s'];

/** Starts the server, which may outlive this process. */
export async function startServer(cluster: Cluster, port: number, durable: boolean): Promise<void> {
  // Two minutes: a server that was killed may have much to recover.
  const timeout = ['-w', '-t', '120'];
  await run(cluster, 'pg_ctl', ['start', '-D', cluster.data, ...timeout, '-s', '-o', settings(port, durable)]);
}

/** Repeats the work while it fails for a reason that passes by itself. */
export async function retryPassing<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !passingReason.test(String(error))) {
        throw error;
      }

      await sleep(pauseMs);
    }
  }
}

/** Stops the server if it runs; open connections are cut. */
export async function stopServer(cluster: Cluster): Promise<void> {
  if (!findPostmaster(cluster)) {
    return;
  }

  try {
    await run(cluster, 'pg_ctl', stopArguments(cluster));
  } catch (error) {
    // It may have ended by itself meanwhile.
    if (findPostmaster(cluster)) {
      throw error;
    }
  }
}

/** Does what {@link stopServer} does while everything else waits. */
export function stopServerSync(cluster: Cluster): void {
  if (findPostmaster(cluster)) {
    runSync(cluster, 'pg_ctl', stopArguments(cluster));
  }
}

/**
 * Finds the server that runs on the cluster's data, once it is ready.
 *
 * @throws {Error} if it runs but does not let us in, or has other data.
 */
export async function findRunningServer(cluster: Cluster): Promise<RunningServer | undefined> {
  for (;;) {
    const postmaster = findPostmaster(cluster);

    if (!postmaster) {
      return undefined;
    }

    if (postmaster.isReady) {
      return identify(cluster, postmaster.port);
    }

    await sleep(pollMs);
  }
}

async function identify(cluster: Cluster, port: number): Promise<RunningServer> {
  const [server] = await query<{ data: string; fsync: string }>(
    localUrl(port, 'postgres', readPassword(cluster.home)),
    `select current_setting('data_directory') as data, current_setting('fsync') as fsync`,
  );

  if (!server || realpathSync(server.data) !== realpathSync(cluster.data)) {
    throw new Error(`${postmasterFile(cluster)} names port ${port}, but the server there has other data.`);
  }

  return { port, durable: server.fsync === 'on' };
}

/** @see https://www.postgresql.org/docs/current/storage-file-layout.html for `postmaster.pid` */
function findPostmaster(cluster: Cluster): { port: number; isReady: boolean } | undefined {
  const [pid, , , port, , , , status] = readLines(postmasterFile(cluster));

  if (!pid) {
    return undefined;
  }

  const command = findProcess(Number(pid))?.command;
  const isOurs = command === '' || command?.includes(cluster.data);

  if (!isOurs) {
    // After a crash the process id may be another process's by now, and PostgreSQL would take that for a server.
    rmSync(postmasterFile(cluster), { force: true });
    return undefined;
  }

  return { port: Number(port), isReady: status?.trim() === 'ready' };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

const postmasterFile = ({ data }: Cluster): string => join(data, 'postmaster.pid');
