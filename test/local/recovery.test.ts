import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { locateCluster } from '../../src/local/cluster.js';
import { localUrl } from '../../src/local/database.js';
import { removeLocalServer, startLocalServer } from '../../src/local/index.js';
import {
  holdServer,
  isRoot,
  kill,
  postmasterFile,
  postmasterPid,
  query,
  serverFolder,
  startTestServer,
} from './support/index.js';

describe('after a kill', () => {
  test('of the server, the next start recovers what was committed', async () => {
    const folder = serverFolder();
    const first = await startLocalServer({ directory: folder, port: 0 });
    await query(first, 'create table committed as select 42 as answer');
    await kill(postmasterPid(folder));

    const second = await startLocalServer({ directory: folder, port: 0 });

    expect(second.state).toBe('started');
    expect(await query(second, 'select * from committed')).toEqual([{ answer: 42 }]);
  });

  test('of everything, a process that now has the server’s id does not keep it from starting', async () => {
    const folder = serverFolder();
    await (await startTestServer(folder)).stop();
    const { uid, gid } = statSync(join(folder, 'data'));
    const other = spawn('sleep', ['20'], isRoot ? { uid, gid } : {});
    onTestFinished(() => void other.kill());
    const lines = [other.pid, join(folder, 'data'), 1, 1, '', '127.0.0.1', '1 1', 'ready'];
    writeFileSync(postmasterFile(folder), lines.join('\n'));

    const server = await startTestServer(folder);

    expect(server.state).toBe('started');
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('of its owner, the next start takes the running server over', async () => {
    const folder = serverFolder();
    const { child, port } = await holdServer(folder);
    const before = postmasterPid(folder);
    await kill(child.pid!);

    const server = await startTestServer(folder);

    expect(server).toMatchObject({ state: 'recovered', port });
    expect(postmasterPid(folder)).toBe(before);
    await server.stop();
    expect(existsSync(postmasterFile(folder))).toBe(false);
  });

  test('of its owner, a server that runs otherwise than asked is restarted', async () => {
    const folder = serverFolder();
    const { child } = await holdServer(folder);
    await kill(child.pid!);

    const server = await startLocalServer({ directory: folder, port: 0, durable: true });

    expect(server.state).toBe('recovered');
    expect(await query(server, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('of its first start, what was left half done is cleared away', async () => {
    const folder = serverFolder();
    mkdirSync(join(folder, 'draft-killed', 'data', 'base'), { recursive: true });
    writeFileSync(join(folder, 'draft-killed', 'data', 'PG_VERSION'), '18\n');
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, startedAt: 'before' }));
    writeFileSync(join(folder, 'owner.json'), '{"pid":');

    const server = await startTestServer(folder);

    expect(server.state).toBe('started');
    expect(readdirSync(folder).sort()).toEqual(['data', 'owner.json', 'server.log']);
  });
});

describe('two processes', () => {
  test('share a server, and only its owner stops it', async () => {
    const folder = serverFolder();
    const { child, port } = await holdServer(folder);

    const server = await startTestServer(folder);
    await server.stop();
    server.stopSync();

    expect(server).toMatchObject({ state: 'shared', port });
    expect(await removeLocalServer(folder)).toBe(false);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);

    child.send('stop');
    await once(child, 'exit');
    await expect(query(server, 'select')).rejects.toThrow('ECONNREFUSED');
  });

  test('that start at once get one server', async () => {
    const folder = serverFolder();

    const [held, ...own] = await Promise.all([holdServer(folder), startTestServer(folder), startTestServer(folder)]);

    const all = [held, ...own];
    expect(new Set(all.map(({ port }) => port)).size).toBe(1);
    expect(all.map(({ state }) => state).sort()).toEqual(['shared', 'shared', 'started']);
    await Promise.all(own.map((server) => server.stop()));
  });

  test('that start and remove at once do not harm each other', async () => {
    const folder = serverFolder();
    const results: boolean[] = [];
    let isHeld = false;

    const removals = (async () => {
      while (!isHeld) {
        results.push(await removeLocalServer(folder));
      }
    })();
    const held = await holdServer(folder).finally(() => {
      isHeld = true;
    });
    await removals;

    expect(held.state).toBe('started');
    expect(results).toContain(true);
    expect(await removeLocalServer(folder)).toBe(false);
    expect(await query({ url: (database) => localUrl(held.port, database, 'postgres') }, 'select 1 as one')).toEqual([
      { one: 1 },
    ]);
  });

  test('find a folder that the other one removes at any moment', async () => {
    const folder = serverFolder();
    const remove = `
      const cell = new Int32Array(new SharedArrayBuffer(4));
      for (;;) {
        try { require('node:fs').rmdirSync(process.argv[1]); } catch {}
        Atomics.wait(cell, 0, 0, 1 + Math.random());
      }`;
    const remover = spawn(process.execPath, ['-e', remove, folder]);
    onTestFinished(() => void remover.kill());
    await vi.waitUntil(() => !existsSync(folder), { timeout: 10_000 });

    for (let round = 0; round < 1000; round++) {
      expect((await locateCluster(folder)).home).toBe(folder);
    }
  });
});

describe('a failure', () => {
  test('quotes what was logged since', async () => {
    const folder = serverFolder();
    await (await startTestServer(folder)).stop();
    writeFileSync(join(folder, 'data', 'PG_VERSION'), '9\n');

    const failure = await startTestServer(folder).catch(String);

    expect(failure).toContain(`pg_ctl failed. The end of ${folder}/server.log:\n`);
    expect(failure).toContain('initialized by PostgreSQL version 9');
    expect(failure).not.toContain('ready to accept connections');
  });
});
