import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, vi } from 'vitest';
import { createOrm, testDbConnection, transports } from '../../src/index.js';
import { next } from '../support/rows.js';
import { catchError, collect, sessions, test } from './transports.js';

/** Another URL of the same database, so that its connections can be told apart. */
const named = (url: string, name: string): string => `${url}?application_name=${name}`;

describe.for(sessions)('a pool over %s', (transport) => {
  test('serves more work at once than it has connections', async ({ settings, orm }) => {
    const name = `pool-${next()}`;
    const own = createOrm({ ...settings, url: named(settings.url, name), transport, poolSize: 2 });
    const work = Array.from({ length: 20 }, (_, n) => own.em.fork().execute('select ?::int as n, pg_sleep(0.01)', [n]));

    const rows = (await Promise.all(work)).map(([row]: any) => row.n);
    const backends = await orm.em.fork().execute('select 1 from pg_stat_activity where application_name = ?', [name]);
    await own.close();

    expect(rows).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(backends).toHaveLength(2);
  });

  test('survives that an idle connection is cut', async ({ settings, orm }) => {
    const name = `idle-${next()}`;
    const own = createOrm({ ...settings, url: named(settings.url, name), transport, poolSize: 1 });
    await own.em.fork().execute('select 1');
    await orm.em
      .fork()
      .execute('select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = ?', [name]);

    await vi.waitFor(async () => expect(await own.em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]));
    await own.close();
  });

  test('drops a connection that was cut during a statement', async ({ settings }) => {
    const own = createOrm({ ...settings, transport, poolSize: 1 });
    const cut = await catchError(own.em.fork().execute('select pg_terminate_backend(pg_backend_pid()), pg_sleep(20)'));

    expect(cut.code).toBe('57P01');
    await vi.waitFor(async () => expect(await own.em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]));
    await own.close();
  });

  test('ends its connections when it is closed, and opens new ones when it is asked again', async ({
    settings,
    orm,
  }) => {
    const name = `closed-${next()}`;
    const own = createOrm({ ...settings, url: named(settings.url, name), transport });
    const count = async () =>
      (await orm.em.fork().execute('select 1 from pg_stat_activity where application_name = ?', [name])).length;
    await own.em.fork().execute('select 1');
    await own.close();
    await vi.waitFor(async () => expect(await count()).toBe(0));

    expect(await own.em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]);
    expect(await count()).toBe(1);
    await own.close();
  });

  test('takes settings of the session from the URL', async ({ settings }) => {
    const own = createOrm({ ...settings, url: `${settings.url}?options=-c%20work_mem%3D5MB`, transport });

    expect(await own.em.fork().execute('show work_mem')).toEqual([{ work_mem: '5MB' }]);
    await own.close();
  });
});

describe('a login that fails', () => {
  const wrong = [
    ['password', '28P01', (url: URL) => Object.assign(url, { password: 'wrong' })],
    ['user', '28P01', (url: URL) => Object.assign(url, { username: 'nobody' })],
    ['database', '3D000', (url: URL) => Object.assign(url, { pathname: '/nowhere' })],
  ] as const;

  test.for(wrong)('says so each time: %s', async ([, code, change], { settings }) => {
    const url = change(new URL(settings.url)).href;
    const codes = await collect(async (transport) => {
      const own = createOrm({ ...settings, url, transport });
      const found = [1, 2, 3].map(() => async () => (await catchError(own.em.fork().execute('select 1'))).code);
      const codes = [await found[0]!(), await found[1]!(), await found[2]!()];
      await own.close();

      return codes;
    });
    // Of a wrong password, Neon’s proxy says only by words.
    const overHttp = code === '28P01' ? 'CONNECTION_FAILED' : code;

    expect(codes).toEqual({ tcp: Array(3).fill(code), websocket: Array(3).fill(code), http: Array(3).fill(overHttp) });
  });

  test.for(wrong)('is explained by testDbConnection: %s', async ([, code, change], { settings }) => {
    const url = change(new URL(settings.url)).href;
    const reason = code === '28P01' ? 'user or password is wrong' : 'the database does not exist';
    const thrown = await collect(async (transport) => {
      const own = createOrm({ ...settings, url, transport });
      const { message, isRetryable } = await catchError(testDbConnection(own));
      await own.close();

      return [message.endsWith(`: ${reason}.`), isRetryable];
    });

    expect(thrown).toEqual({ tcp: [true, false], websocket: [true, false], http: [true, false] });
  });

  test.for(transports)('is retryable if nothing listens: %s', async (transport, { settings }) => {
    const port = await closedPort();
    const url = Object.assign(new URL(settings.url), { port }).href;
    const own = createOrm({ ...settings, url, proxyPort: Number(port), transport });

    expect(await catchError(testDbConnection(own))).toMatchObject({ code: 'CONNECTION_FAILED', isRetryable: true });
    await own.close();
  });
});

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');

  return String(port);
}
