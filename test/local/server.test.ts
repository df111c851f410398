import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConfigurationError } from '../../src/errors/database-error.js';
import { ensureDatabase, removeLocalServer, startLocalServer } from '../../src/local/index.js';
import { postmasterFile, query, serverFolder, startTestServer } from './support/index.js';

async function takenPort(): Promise<number> {
  const program = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void program.close());
  await once(program, 'listening');
  return (program.address() as AddressInfo).port;
}

describe('a local server', () => {
  test('speaks UTF-8, sorts by code point and keeps time in UTC on every machine', async () => {
    const server = await startTestServer(serverFolder());

    const [database] = await query(
      server,
      `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
        datcollate as collate, current_setting('timezone') as timezone from pg_database where datname = 'template0'`,
    );
    const [text] = await query(server, `select 'Z' < 'a' as by_code_point, upper('é') as capital`);

    expect(database).toEqual({ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', collate: 'C', timezone: 'UTC' });
    expect(text).toEqual({ by_code_point: true, capital: 'É' });
  });

  test('is reached over the loopback interface only, with the password', async () => {
    const server = await startTestServer(serverFolder());
    const elsewhere = connect({ host: '127.0.0.2', port: server.port, timeout: 1000 });
    elsewhere.once('timeout', () => elsewhere.destroy(new Error('timed out')));
    const stranger = new Client(server.url('postgres').replace('postgres:postgres', 'postgres:guess'));

    await expect(once(elsewhere, 'connect')).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL|timed out/);
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
    expect(await query(server, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(server, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
  });

  test('keeps its data when it is stopped and started again', async () => {
    const folder = serverFolder();
    const first = await startTestServer(folder);
    await query(first, 'create table kept as select 42 as answer');
    await first.stop();
    await expect(query(first, 'select')).rejects.toThrow('ECONNREFUSED');

    const second = await startTestServer(folder);

    expect(second.state).toBe('started');
    expect(await query(second, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  test('is stopped by a process that ends', async () => {
    const folder = serverFolder();
    const server = await startTestServer(folder);

    server.stopSync();

    expect(existsSync(postmasterFile(folder))).toBe(false);
    await expect(query(server, 'select')).rejects.toThrow('ECONNREFUSED');
  });

  test('keeps its data to its user', async () => {
    const folder = serverFolder();
    await startTestServer(folder);

    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'server.log')).mode & 0o777).toBe(0o600);
  });

  test('writes to the disk unless told otherwise, also when that changes', async () => {
    const folder = serverFolder();
    const fast = await startTestServer(folder);
    expect(await query(fast, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await fast.stop();

    const safe = await startLocalServer({ directory: folder, port: 0 });

    expect(await query(safe, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(safe, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });

  test('tells what to do when its port is taken', async () => {
    const port = await takenPort();
    const folder = serverFolder();

    const start = startLocalServer({ directory: folder, port, durable: false });

    await expect(start).rejects.toThrow(ConfigurationError);
    await expect(start).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program. Free it or set CODEX_LOCAL_PORT to another port, or use a server that runs already by its URL in DATABASE_URL_LOCAL_PROXY.`,
    );
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test.each([-1, 1.5, 65_536, Number.NaN])('refuses port %s', async (port) => {
    await expect(startLocalServer({ directory: serverFolder(), port })).rejects.toThrow(ConfigurationError);
  });

  test('is removed with all that belongs to it', async () => {
    const folder = serverFolder();
    const server = await startTestServer(folder);

    expect(await removeLocalServer(folder)).toBe(true);

    expect(existsSync(folder)).toBe(false);
    await expect(query(server, 'select')).rejects.toThrow('ECONNREFUSED');
  });

  test('is removed without what is not its own', async () => {
    const [folder, stranger] = [serverFolder(), serverFolder()];
    await startTestServer(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    mkdirSync(join(stranger, 'data'), { recursive: true });
    writeFileSync(join(stranger, 'data', 'thesis.txt'), 'mine');

    await Promise.all([removeLocalServer(folder), removeLocalServer(stranger)]);

    expect(readdirSync(folder)).toEqual(['thesis.txt']);
    expect(readdirSync(join(stranger, 'data'))).toEqual(['thesis.txt']);
  });
});

describe('ensureDatabase', () => {
  test('creates a database once, whatever its name', async () => {
    const server = await startTestServer(serverFolder());
    const name = `a "quoted".name?`;

    const created = await Promise.all([ensureDatabase(server, name), ensureDatabase(server, name)]);
    const again = await ensureDatabase(server, name);

    expect(created.sort()).toEqual([false, true]);
    expect(again).toBe(false);
    expect(await query(server, `select datname from pg_database where datname like 'a %'`)).toEqual([
      { datname: name },
    ]);
  });

  test('starts from nothing, whatever was added to template1', async () => {
    const server = await startTestServer(serverFolder());
    await query({ url: () => server.url('template1') }, 'create table extra ()');

    await ensureDatabase(server, 'codex');

    const found = await query({ url: () => server.url('codex') }, `select to_regclass('extra') as extra`);
    expect(found).toEqual([{ extra: null }]);
  });
});
