import { neonConfig, Pool } from '@neondatabase/serverless';
import { describe, expect, onTestFinished } from 'vitest';
import { activity, changed, connectDriver, eventually, startProxy, test } from './support/index.js';

describe('the driver over a WebSocket', () => {
  test('has an interactive transaction', async ({ admin, proxy, url }) => {
    await admin.query('create table played (n int)');
    const client = await connectDriver(proxy, url);

    await client.query('begin');
    await client.query('insert into played values (1)');
    const inside = await client.query('select n from played');
    await client.query('rollback');

    expect(inside.rows).toEqual([{ n: 1 }]);
    expect((await client.query('select n from played')).rows).toEqual([]);
    await client.end();
  });

  test('sends and gets megabytes', async ({ proxy, url }) => {
    const client = await connectDriver(proxy, url);
    const text = 'añ日🎈'.repeat(300_000);

    const { rows } = await client.query('select $1::text as text', [text]);

    expect(rows[0].text === text).toBe(true);
    await client.end();
  });

  test('has results of several statements, named statements and errors that end nothing', async ({ proxy, url }) => {
    const client = await connectDriver(proxy, url);

    const several = await client.query('select 1 as a; select 2 as b');
    const named = { name: 'double', text: 'select $1::int * 2 as n' };
    await client.query({ ...named, values: [1] });

    expect(several).toMatchObject([{ rows: [{ a: 1 }] }, { rows: [{ b: 2 }] }]);
    expect((await client.query({ ...named, values: [21] })).rows).toEqual([{ n: 42 }]);
    await expect(client.query('select 1 / 0')).rejects.toMatchObject({ code: '22012', severity: 'ERROR' });
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  test('hears notices and notifications', async ({ admin, proxy, url }) => {
    const client = await connectDriver(proxy, url);
    const [notices, notifications]: [unknown[], unknown[]] = [[], []];
    client.on('notice', ({ message }) => void notices.push(message));
    client.on('notification', ({ channel, payload }) => void notifications.push([channel, payload]));
    await client.query('listen news');

    await client.query(`do $$ begin raise notice 'hear me'; end $$`);
    await admin.query(`notify news, 'extra'`);

    await eventually(() => notifications.length > 0);
    expect([notices, notifications]).toEqual([['hear me'], [['news', 'extra']]]);
    await client.end();
  });

  test('has a connection each of fifty clients', async ({ proxy, url }) => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => connectDriver(proxy, url)));

    const results = await Promise.all(clients.map((client) => client.query('select pg_backend_pid() as pid')));

    expect(new Set(results.map(({ rows }) => rows[0].pid)).size).toBe(50);
    await Promise.all(clients.map((client) => client.end()));
  });

  test('has a pool that ends', async ({ admin, proxy, url }) => {
    Object.assign(neonConfig, { wsProxy: () => proxy.webSocketAddress, useSecureWebSocket: false });
    const pool = new Pool({ connectionString: url });

    const results = await Promise.all([1, 2, 3].map((n) => pool.query('select $1::int as n', [n])));
    await pool.end();

    expect(results.map(({ rows }) => rows[0].n)).toEqual([1, 2, 3]);
    await eventually(async () => !(await activity(admin)).some(({ query }) => query.includes('$1::int as n')));
  });

  test('names the host and port of its URL, where that is the proxy or its server', async ({ proxy, url }) => {
    const wsProxy = (host: string, port: number | string) => `127.0.0.1:${proxy.port}/v1?address=${host}:${port}`;

    const client = await connectDriver(proxy, url, { wsProxy });

    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  test('is told apart by its application name and options', async ({ proxy, url }) => {
    const search = '?application_name=mine&options=-c%20statement_timeout%3D4321%20endpoint%3Dep-cool';
    const client = await connectDriver(proxy, changed(url, { search }));

    const { rows } = await client.query(
      `select current_setting('application_name') as name, current_setting('statement_timeout') as timeout`,
    );

    expect(rows).toEqual([{ name: 'mine', timeout: '4321ms' }]);
    await client.end();
  });

  test('sets no timeout as a startup parameter, as on Neon, unless the proxy is told to be lenient', async ({
    url,
  }) => {
    const settings = { connectionString: url, statement_timeout: 1234, lock_timeout: 1234 };
    const timeouts = async (proxy: Awaited<ReturnType<typeof startProxy>>, options?: string) => {
      const client = await connectDriver(proxy, { ...settings, ...(options && { options }) });
      onTestFinished(() => client.end());
      const [statement, lock] = [await client.query('show statement_timeout'), await client.query('show lock_timeout')];
      return [statement.rows[0].statement_timeout, lock.rows[0].lock_timeout];
    };
    const [strict, lenient] = [await startProxy(), await startProxy({ strictStartup: false })];

    expect(await timeouts(strict)).toEqual(['0', '0']);
    expect(await timeouts(strict, 'neon_proxy_params_compat:true')).toEqual(['1234ms', '1234ms']);
    expect(await timeouts(lenient)).toEqual(['1234ms', '1234ms']);
  });
});
