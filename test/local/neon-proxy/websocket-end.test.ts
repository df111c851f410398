import type { Client } from 'pg';
import { describe, expect } from 'vitest';
import { activity, connectDriver, eventually, startProxy, test } from './support/index.js';
import { startPretender } from './support/pretender.js';
import { connectRaw, loginOf, message, query } from './support/raw-client.js';

const isRunning = async (admin: Client, part: string) =>
  (await activity(admin)).some((one) => one.query.includes(part) && one.state === 'active');

/** Whether a connection is there, of whoever said so in its application name. */
async function isConnected(admin: Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('select from pg_stat_activity where application_name = $1', [name]);
  return rowCount! > 0;
}

describe('a WebSocket', () => {
  test('closes when the server ends the connection', async ({ admin, proxy, url }) => {
    const client = await connectDriver(proxy, url);
    const ended = new Promise((resolve) => client.on('end', () => resolve(true)));
    const failure = new Promise((resolve) => client.on('error', resolve));
    const { rows } = await client.query('select pg_backend_pid() as pid');

    await admin.query('select pg_terminate_backend($1)', [rows[0].pid]);

    expect(await failure).toMatchObject({ code: '57P01', severity: 'FATAL' });
    expect(await ended).toBe(true);
  });

  test('that is ended by its client closes and leaves no connection', async ({ admin, proxy, url }) => {
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url, { application_name: 'leaver' });
    client.send(startup, password);
    await client.readLogin();
    expect(await isConnected(admin, 'leaver')).toBe(true);

    client.send(message('X'));

    expect(await client.closed).toBe(1000);
    await eventually(async () => !(await isConnected(admin, 'leaver')));
  });

  test.for(['terminate', 'close'] as const)(
    'whose client goes by %s leaves nothing running',
    async (how, { admin, proxy, url }) => {
      const client = await connectRaw(proxy);
      const { startup, password } = loginOf(url, { application_name: `vanisher-${how}` });
      client.send(startup, password, query('begin'), query('select pg_sleep(64)'));
      await eventually(() => isRunning(admin, 'pg_sleep(64)'));

      client.socket[how]();

      await eventually(async () => !(await isConnected(admin, `vanisher-${how}`)));
    },
  );

  test('whose client goes while it should get more leaves nothing running', async ({ admin, proxy, url }) => {
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf(url, { application_name: 'flooded' });
    client.send(startup, password, query(`select repeat('x', 1000) from generate_series(1, 10000000)`));
    await eventually(() => isRunning(admin, 'repeat'));
    client.socket.pause();

    client.socket.terminate();

    await eventually(async () => !(await isConnected(admin, 'flooded')));
  });

  test('whose client goes at any time before it is logged in leaves no connection', async ({ admin, url }) => {
    const proxy = await startProxy();
    const { startup, password } = loginOf(url, { application_name: 'hasty' });

    for (let ticks = 0; ticks < 40; ticks++) {
      const client = await connectRaw(proxy);
      client.send(startup, password);

      for (let tick = 0; tick < ticks; tick++) {
        await new Promise(setImmediate);
      }

      client.socket.close();
    }

    await eventually(async () => !(await isConnected(admin, 'hasty')));
    await proxy.close();
  });

  test('closes when the server breaks the connection', async () => {
    const { port, connection } = await startPretender();
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf('postgres://ada:secret@localhost/codex');
    client.send(startup, password);
    await client.readLogin();

    (await connection).resetAndDestroy();

    expect(await client.closed).toBe(1000);
  });

  test('closes with an error when the server goes during the login', async () => {
    const { port, connection } = await startPretender(Buffer.alloc(0));
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    connection.then((socket) => socket.end());

    const client = connectDriver(proxy, 'postgres://ada:secret@localhost/codex', { pipelineConnect: false });

    await expect(client).rejects.toMatchObject({ code: '08006', severity: 'FATAL' });
  });

  test('of a client that does not read holds the server back', async () => {
    const { port, connection } = await startPretender();
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf('postgres://ada:secret@localhost/codex');
    client.send(startup, password);
    await client.readLogin();
    client.socket.pause();
    const server = await connection;

    const flow = await flood((chunk, done) => server.write(chunk, done));

    expect(flow.taken).toBeLessThan(floodMb);
    client.received.resume();
    client.socket.resume();
    await eventually(() => flow.taken === floodMb);
  });

  test('of a server that does not read holds the client back', async () => {
    const { port, connection } = await startPretender();
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    const client = await connectRaw(proxy);
    const { startup, password } = loginOf('postgres://ada:secret@localhost/codex');
    client.send(startup, password);
    await client.readLogin();
    const server = (await connection).pause();

    const flow = await flood((chunk, done) => client.socket.send(chunk, done));

    expect(flow.taken).toBeLessThan(floodMb);
    server.resume();
    await eventually(() => flow.taken === floodMb);
  });
});

/** More than all buffers on the way have room for. */
const floodMb = 60;

/** Sends megabytes until no more are taken, which only time can tell, and counts those that were and will be. */
async function flood(send: (chunk: Buffer, done: () => void) => void): Promise<{ taken: number }> {
  const flow = { taken: 0 };
  Array.from({ length: floodMb }, () => send(Buffer.alloc(2 ** 20), () => void flow.taken++));

  for (let before = -1; before !== flow.taken; ) {
    before = flow.taken;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }

  return flow;
}
