import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect } from 'vitest';
import { WebSocketServer } from 'ws';
import { createHttpExecutor, type HttpExecutor } from '../../src/edge/index.js';
import { type ConnectionSettings, createOrm, type Orm, type Transport, testDbConnection } from '../../src/index.js';
import { startNeonProxy } from '../../src/local/neon-proxy/index.js';
import { test as base } from '../support/database-per-file.js';

/** Every way to a database, each opened for one question. */
const ways = ['tcp', 'websocket', 'http', 'executor'] as const;
type Way = (typeof ways)[number];

async function ask(way: Way, settings: ConnectionSettings): Promise<true> {
  const database: Orm | HttpExecutor =
    way === 'executor' ? createHttpExecutor(settings) : createOrm({ ...settings, transport: way });

  try {
    return await testDbConnection(database);
  } finally {
    'close' in database && (await database.close());
  }
}

type UrlPart = 'hostname' | 'port' | 'password' | 'pathname' | 'search';

/** The same settings with another part of the URL. */
const change = (settings: ConnectionSettings, parts: Partial<Record<UrlPart, string>>): ConnectionSettings => ({
  ...settings,
  url: Object.assign(new URL(settings.url), parts).href,
});

/** A port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const test = base.extend('proxyOfNothing', { scope: 'file' }, async ({ neon }, { onCleanup }) => {
  const port = await closedPort();
  const proxy = await startNeonProxy({ backend: { host: '127.0.0.1', port }, port: 0 });
  onCleanup(() => proxy.close());

  return { ...change(neon, { port: String(port) }), proxyPort: proxy.port };
});

describe.for(ways)('over %s', (way) => {
  test.for(['127.0.0.1', 'localhost', 'db.localtest.me'])('LOCAL_PROXY reaches %s', async (host, { neon }) => {
    expect(await ask(way, change(neon, { hostname: host }))).toBe(true);
  });

  test('a wrong password says so', async ({ neon, skip }) => {
    skip(new URL(neon.url).password === '', 'The server of TEST_DATABASE_URL asks for no password.');
    const failure = ask(way, change(neon, { password: 'not-the-password' }));

    await expect(failure).rejects.toMatchObject({
      name: 'ConnectionFailedError',
      message: expect.stringContaining('user or password is wrong'),
      isRetryable: false,
    });
    await expect(failure).rejects.not.toThrow('not-the-password');
  });

  test('a wrong password says so each time', async ({ neon, skip }) => {
    skip(way === 'executor', 'It has no connections.');
    skip(new URL(neon.url).password === '', 'The server of TEST_DATABASE_URL asks for no password.');
    const orm = createOrm({ ...change(neon, { password: 'not-the-password' }), transport: way as Transport });

    for (const _ of [1, 2, 3]) {
      await expect(testDbConnection(orm)).rejects.toThrow('user or password is wrong');
    }

    await orm.close();
  });

  test('a missing database says so', async ({ neon }) => {
    await expect(ask(way, change(neon, { pathname: '/missing' }))).rejects.toMatchObject({
      name: 'ConnectionFailedError',
      message: expect.stringMatching(/"missing".*: the database does not exist\.$/),
      isRetryable: false,
    });
  });

  test('a server that is down says so', async ({ proxyOfNothing }) => {
    const reason = way === 'tcp' ? 'nothing listens there' : 'cannot connect to the server';

    await expect(ask(way, proxyOfNothing)).rejects.toMatchObject({
      name: 'ConnectionFailedError',
      message: expect.stringContaining(reason),
      isRetryable: true,
    });
  });

  test('a proxy that is down says so', async ({ neon, skip }) => {
    skip(way === 'tcp', 'There is no proxy on the way.');
    await expect(ask(way, { ...neon, proxyPort: await closedPort() })).rejects.toMatchObject({
      name: 'ConnectionFailedError',
      message: expect.stringContaining('nothing listens there'),
      isRetryable: true,
    });
  });

  test('TLS that is wanted and not offered says so', async ({ neon }) => {
    await expect(ask(way, change(neon, { search: '?sslmode=require' }))).rejects.toThrow(
      way === 'tcp' ? 'the server offers no TLS' : 'the local Neon proxy offers none',
    );
  });
});

test('a login over WebSocket that is never answered is given up in time', async ({ neon }) => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const { port } = sockets.address() as { port: number };

  await expect(ask('websocket', { ...neon, proxyPort: port })).rejects.toThrow('the server took too long');

  for (const socket of sockets.clients) {
    socket.terminate();
  }
  sockets.close();
});

test('failures leave no unhandled rejection, and let the process end', async ({ proxyOfNothing }) => {
  const script = `
    import { createHttpExecutor } from './src/edge/index.ts';
    import { createOrm, testDbConnection } from './src/index.ts';
    const settings = ${JSON.stringify({ ...proxyOfNothing, method: 'LOCAL_PROXY' })};
    for (const transport of ['tcp', 'websocket', 'http']) {
      // Left open on purpose: what failed to connect must not keep a process alive.
      await testDbConnection(createOrm({ ...settings, transport })).catch((error) => console.log(error.name));
    }
    await testDbConnection(createHttpExecutor(settings)).catch((error) => console.log(error.name));
  `;
  const child = spawn(process.execPath, [
    '--import',
    '@oxc-node/core/register',
    '--unhandled-rejections=strict',
    '--input-type=module',
    '--eval',
    script,
  ]);
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  child.stderr.on('data', (data) => (printed += data));

  const [code] = await once(child, 'close');

  expect(printed.trim().split('\n')).toEqual(Array(4).fill('ConnectionFailedError'));
  expect(code).toBe(0);
});
