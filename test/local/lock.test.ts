import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { withLock } from '../../src/local/lock.js';
import { findProcess } from '../../src/local/system-process.js';

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'codex-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lock');
}

test('a lock is held by one at a time', async () => {
  const path = lockPath();
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };

  await Promise.all([1, 2, 3].map(() => withLock(path, () => {}, work)));

  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a lock is given back when the work fails', async () => {
  const path = lockPath();

  await expect(
    withLock(
      path,
      () => {},
      () => Promise.reject(new Error('failed')),
    ),
  ).rejects.toThrow('failed');

  expect(existsSync(path)).toBe(false);
});

test('a living holder is waited for and named, once', async () => {
  const path = lockPath();
  const holder = spawn('sleep', ['0.5']);
  await once(holder, 'spawn');
  writeFileSync(path, JSON.stringify({ pid: holder.pid, startedAt: findProcess(holder.pid!)?.startedAt }));
  const waitedFor: number[] = [];

  await withLock(
    path,
    (pid) => waitedFor.push(pid),
    async () => {},
  );

  expect(waitedFor).toEqual([holder.pid]);
  expect(holder.exitCode).toBe(0);
});

test('a process that got a dead holder’s id does not hold its lock', async () => {
  const path = lockPath();
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: 'before this process' }));

  const contenders = [1, 2, 3, 4].map((number) =>
    withLock(
      path,
      () => {},
      async () => number,
    ),
  );

  expect(await Promise.all(contenders)).toEqual([1, 2, 3, 4]);
});
