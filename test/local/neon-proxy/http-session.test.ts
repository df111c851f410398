import { Client } from 'pg';
import { describe, expect, vi } from 'vitest';
import { createEmptyDatabase } from '../../../src/testing/index.js';
import { serverUrl } from '../../support/server.js';
import { activity, eventually, poster, startProxy, test } from './support/index.js';

describe('a request over HTTP', () => {
  test.for([
    ['a setting', 'set statement_timeout = 1234', 'show statement_timeout', '0'],
    ['a role', 'set role pg_monitor', 'select current_user = session_user', 't'],
    ['a temporary table', 'create temp table leak (n int)', `select to_regclass('pg_temp.leak')`, null],
    [
      'an advisory lock',
      'select pg_advisory_lock(1)',
      'select count(*) from pg_locks where locktype = $$advisory$$ and database = (select oid from pg_database where datname = current_database())',
      '0',
    ],
    ['a prepared statement', 'prepare leak as select 1', 'select count(*) from pg_prepared_statements', '0'],
    ['a subscription', 'listen leak', 'select count(*) from pg_listening_channels()', '0'],
    [
      'a cursor',
      'declare leak cursor with hold for select 1',
      'select count(*) from pg_cursors where is_holdable',
      '0',
    ],
    ['a sequence’s value', `select setval('numbers', 7)`, `select lastval()`, '55000'],
    // Refused inside of a transaction.
    ['an open transaction', 'begin', 'discard all', null],
  ] as const)('keeps %s to itself', async ([, leave, look, expected], { admin, post }) => {
    await admin.query('create sequence if not exists numbers');

    const left = await post({ query: leave });
    const seen = await post({ query: look });

    expect(left.status).toBe(200);
    expect(seen.body.rows?.[0]?.[0] ?? seen.body.code ?? null).toBe(expected);
  });

  test('reuses the connection of the one before, unless that failed or left a transaction', async ({ post }) => {
    const pid = async () => (await post({ query: 'select pg_backend_pid()' })).body.rows[0][0];
    const first = await pid();

    expect(await pid()).toBe(first);
    await post({ query: 'select 1 / 0' });
    const second = await pid();
    expect(second).not.toBe(first);
    await post({ query: 'begin' });
    expect(await pid()).not.toBe(second);
  });

  test('leaves nothing that piles up on its connection', async ({ post }) => {
    const warnings: string[] = [];
    const listen = ({ name }: Error) => void warnings.push(name);
    process.on('warning', listen);

    for (let count = 0; count < 15; count++) {
      await post({ query: 'select 1' });
    }

    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  test('shares no connection with another login', async ({ post, url }) => {
    const query = 'select pg_backend_pid()';
    const other = url.replace(/\/[^/]+$/, '/postgres');

    const mine = await post({ query });
    const others = await post({ query }, { 'Neon-Connection-String': other });

    expect(others.body.rows).not.toEqual(mine.body.rows);
  });

  test('waits while all connections of its login are busy', async ({ admin, post }) => {
    const all = Array.from({ length: 60 }, () => post({ query: 'select pg_sleep(0.05)' }));
    await eventually(async () => (await activity(admin)).length >= 20);
    const open = (await activity(admin)).length;

    expect(open).toBe(20);
    expect((await Promise.all(all)).every(({ status }) => status === 200)).toBe(true);
  });

  test.for(['copy (select 1) to stdout', 'copy copied from stdin'])(
    'cannot %s, and the next one can go on',
    async (query, { admin, post }) => {
      await admin.query('create table if not exists copied (n int)');

      const single = await post({ query });
      const batch = await post({ queries: [{ query: 'insert into copied values (1)' }, { query }] });

      const refused = { status: 400, body: { message: 'unexpected message from server', code: '' } };
      expect(single).toMatchObject(refused);
      expect(batch).toMatchObject(refused);
      expect((await post({ query: 'select count(*) from copied' })).body.rows).toEqual([['0']]);
    },
  );

  test('is cancelled when its client goes', async ({ admin, post }) => {
    const controller = new AbortController();
    const isRunning = async () =>
      (await activity(admin)).some(({ query, state }) => query.includes('pg_sleep(61)') && state === 'active');
    const single = post({ query: 'select pg_sleep(61)' }, {}, { signal: controller.signal });
    const outcome = expect(single).rejects.toThrow('aborted');
    await eventually(isRunning);

    controller.abort();

    await outcome;
    await eventually(async () => !(await isRunning()));
  });

  test('rolls its batch back when its client goes', async ({ admin, post }) => {
    await admin.query('create table abandoned (n int)');
    const controller = new AbortController();
    const queries = [{ query: 'insert into abandoned values (1)' }, { query: 'select pg_sleep(62)' }];
    const outcome = expect(post({ queries }, {}, { signal: controller.signal })).rejects.toThrow('aborted');
    await eventually(async () => (await activity(admin)).some(({ query }) => query.includes('pg_sleep(62)')));

    controller.abort();

    await outcome;
    await eventually(async () => !(await activity(admin)).some(({ query }) => query.includes('pg_sleep(62)')));
    expect((await admin.query('select * from abandoned')).rows).toEqual([]);
  });

  test('lets its database be dropped soon afterwards', async () => {
    const database = await createEmptyDatabase();
    await database.orm.close();
    const proxy = await startProxy();
    await poster(proxy, database.url)({ query: 'select 1' });
    const admin = new Client(await serverUrl());
    await admin.connect();

    await expect(admin.query(`drop database "${database.name}"`)).resolves.toBeDefined();

    await admin.end();
    await database.drop();
  });

  test('sees no settings of the shell that the proxy was started in', async ({ url }) => {
    vi.stubEnv('PGOPTIONS', '-c statement_timeout=1234').stubEnv('PGSSLMODE', 'require');
    const proxy = await startProxy();

    const { body } = await poster(proxy, url)({ query: 'show statement_timeout' });
    vi.unstubAllEnvs();

    expect(body.rows).toEqual([['0']]);
  });
});
