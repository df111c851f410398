import { once } from 'node:events';
import { inspect } from 'node:util';
import { neonConfig, Pool } from '@neondatabase/serverless';
import { describe, expect, vi } from 'vitest';
import { ConfigurationError } from '../../../src/errors/database-error.js';
import { startNeonProxy } from '../../../src/local/neon-proxy/index.js';
import { activity, backendOf, connectDriver, eventually, poster, startProxy, test } from './support/index.js';
import { startPretender } from './support/pretender.js';
import { connectRaw, loginOf, query } from './support/raw-client.js';

/** What keeps this process from ending by itself, without timers of the test runner. */
const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;

const nowhere = 'postgres://ada:secret@localhost/codex';

describe('a proxy', () => {
  test('that is closed leaves no connection, no socket and nothing running', async ({ admin, url }) => {
    const before = sockets();
    const proxy = await startProxy();
    const post = poster(proxy, url);
    const idle = await connectDriver(proxy, url);
    await post({ query: 'select 1' });
    const outcomes = Promise.allSettled([
      idle.query('select pg_sleep(65)'),
      post({ query: 'select pg_sleep(65)' }),
      post({ queries: [{ query: 'select pg_sleep(65)' }] }),
    ]);
    const deaf = await connectRaw(proxy);
    deaf.socket.pause();
    await eventually(async () => (await activity(admin)).filter(({ query }) => query.includes('65')).length === 3);

    await proxy.close();

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await eventually(async () => (await activity(admin)).length === 0);
    deaf.socket.terminate();
    await eventually(() => sockets() <= before);
    await expect(post({ query: 'select 1' })).rejects.toThrow('fetch failed');
  });

  test('is closed while its server does not answer a login', async () => {
    const { server, port, connection } = await startPretender(Buffer.alloc(0));
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    server.on('connection', (socket) => socket.resume());
    const outcome = expect(poster(proxy, nowhere)({ query: 'select 1' })).rejects.toThrow('fetch failed');
    await connection;
    const client = await connectRaw(proxy);
    client.send(loginOf(nowhere).startup, loginOf(nowhere).password);
    await once(server, 'connection');

    await proxy.close();

    await outcome;
    await client.closed;
    await once(server.close(), 'close');
  }, 10_000);

  test('is closed while its server does not answer a query, nor the wish to cancel it', async () => {
    const { server, port, connection } = await startPretender();
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    const outcome = expect(poster(proxy, nowhere)({ query: 'select 1' })).rejects.toThrow('fetch failed');
    await connection;
    const client = await connectRaw(proxy);
    client.send(loginOf(nowhere).startup, loginOf(nowhere).password, query('select 1'));
    await client.readLogin();
    const before = sockets();

    await proxy.close();

    await outcome;
    await client.closed;
    await eventually(() => sockets() < before);
    expect(server.listening).toBe(true);
  });

  test('gives a request up whose server does not answer', async () => {
    const { port } = await startPretender(Buffer.alloc(0));
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port }, handshakeTimeoutMs: 200 });

    const { status, body } = await poster(proxy, nowhere)({ query: 'select 1' });

    const message = `couldn't connect to PostgreSQL on 127.0.0.1:${port} (timeout expired)`;
    expect([status, body.message]).toEqual([500, message]);
  });

  test('may be closed right after a pool is ended, and twice', async ({ url }) => {
    const proxy = await startProxy();
    Object.assign(neonConfig, { wsProxy: () => proxy.webSocketAddress, useSecureWebSocket: false });
    const pool = new Pool({ connectionString: url });
    const errors: unknown[] = [];
    pool.on('error', (error: unknown) => void errors.push(error));
    await Promise.all([1, 2, 3].map((n) => pool.query('select $1::int', [n])));

    await pool.end();
    await Promise.all([proxy.close(), proxy.close()]);

    expect(errors).toEqual([]);
  });

  test('has a free port, and its addresses with it', async () => {
    const { port, httpUrl, webSocketAddress } = await startProxy({ port: 0 });

    expect(port).toBeGreaterThan(0);
    expect([httpUrl, webSocketAddress]).toEqual([`http://127.0.0.1:${port}/sql`, `127.0.0.1:${port}/v1`]);
  });

  test('tells what to do when its port is taken', async ({ proxy, url }) => {
    const start = startNeonProxy({ backend: backendOf(url), port: proxy.port });

    await expect(start).rejects.toThrow(ConfigurationError);
    await expect(start).rejects.toThrow(
      `Port ${proxy.port} on 127.0.0.1, where the Neon proxy should listen, is in use by another program. Free it, or start the proxy on another port.`,
    );
  });

  test.each([-1, 1.5, 65_536])('refuses port %s', async (port) => {
    await expect(startNeonProxy({ backend: { host: '127.0.0.1', port: 1 }, port })).rejects.toThrow(ConfigurationError);
  });

  test('writes nothing anywhere, and keeps passwords out of what may be printed', async ({ url, proxy }) => {
    const written: unknown[] = [];

    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => written.push(text) > 0);
    }

    const secret = url.replace(/:[^:@]+@/, ':a-secret-password@');
    const { body } = await poster(proxy, secret)({ query: 'select 1' });
    await expect(connectDriver(proxy, secret, { pipelineConnect: false })).rejects.toThrow('authentication failed');
    vi.restoreAllMocks();

    expect(written.join('')).toBe('');
    expect(JSON.stringify(body) + inspect(proxy, { depth: 10, showHidden: true })).not.toContain('a-secret-password');
  });
});
