import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { type LocalServer, removeLocalServer, startLocalServer } from '../../../src/local/index.js';
import { findProcess } from '../../../src/local/system-process.js';

export const isRoot = process.getuid?.() === 0;

/** A folder for one test's server, which goes with it. */
export function serverFolder(): string {
  // The space and the apostrophe are for what runs through a shell.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "codex local's-")));
  onTestFinished(async () => {
    await removeLocalServer(folder);
    // What a test has put there stays otherwise.
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function startTestServer(directory: string): Promise<LocalServer> {
  return startLocalServer({ directory, port: 0, durable: false });
}

/** Runs one statement as the superuser. */
export async function query(server: Pick<LocalServer, 'url'>, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(server.url('postgres'));
  await client.connect();

  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export const postmasterFile = (folder: string): string => join(folder, 'data', 'postmaster.pid');

export const postmasterPid = (folder: string): number =>
  Number(readFileSync(postmasterFile(folder), 'utf8').split('\n')[0]);

export async function kill(pid: number): Promise<void> {
  while (findProcess(pid)) {
    process.kill(pid, 'SIGKILL');
    await sleep(10);
  }
}

export interface Holder {
  child: ChildProcess;
  state: LocalServer['state'];
  port: number;
  uid: number;
}

/** Starts a server that another process owns, which runs as another user where one is given. */
export async function holdServer(folder: string, uid?: number): Promise<Holder> {
  const child = fork(new URL('hold-server.ts', import.meta.url), [folder], {
    execArgv: ['--import', '@oxc-node/core/register'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  onTestFinished(() => kill(child.pid!));
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error('The process that should hold a server ended.')),
  );
  const [held] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  return { child, ...held };
}
