import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type LocalServer, removeLocalServer, startLocalServer } from '../../../src/local/index.js';
import { type NeonProxy, startNeonProxy } from '../../../src/local/neon-proxy/index.js';
import { test as base, changed, connect, connectDriver, poster } from './support/index.js';

/** Each is the name of a database as well, which takes no other method. */
const methods = ['trust', 'password', 'md5', 'scram-sha-256'] as const;

/** Is hashed with plain spaces, composed and without what nobody sees. */
const password = 'p\u00a0\u1680a\u00dfword \u2460 e\u0301\u00ad "%2F:@';

/** A proxy in front of a server of its own, and a URL of a user whose password is good for a method. */
const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
  .extend('methodServer', { scope: 'file' }, async ({}, { onCleanup }): Promise<LocalServer> => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'codex-proxy-')));
    onCleanup(() => removeLocalServer(folder).then(() => {}));
    const server = await startLocalServer({ directory: folder, port: 0, durable: false });
    const admin = await connect(server.url('postgres'));
    await admin.query('set client_min_messages = error');

    for (const method of methods) {
      await admin.query(`set password_encryption = '${method === 'md5' ? 'md5' : 'scram-sha-256'}'`);
      await admin.query(`create role "user_${method}" login password ${admin.escapeLiteral(password)}`);
      await admin.query(`create database "db_${method}" template template0`);
    }

    const rules = [...methods.map((method) => [`"db_${method}"`, method]), ['all', 'scram-sha-256']];
    const lines = rules.map(([database, method]) => `host ${database} all 127.0.0.1/32 ${method}\n`);
    writeFileSync(join(folder, 'data', 'pg_hba.conf'), lines.join(''));
    await admin.query('select pg_reload_conf()');
    await admin.end();
    return server;
  })
  .extend('methodProxy', { scope: 'file' }, async ({ methodServer }, { onCleanup }): Promise<NeonProxy> => {
    const proxy = await startNeonProxy({ backend: { host: '127.0.0.1', port: methodServer.port }, port: 0 });
    onCleanup(() => proxy.close());
    return proxy;
  });

const urlOf = (method: string) =>
  `postgresql://user_${method}:${encodeURIComponent(password)}@localhost/db_${encodeURIComponent(method)}`;

describe.for(methods)('a login where the server wants %s', (method) => {
  test.for([
    ['password', true],
    ['password', false],
    [false, true],
    [false, false],
  ] as const)('succeeds with pipelineConnect %s and coalesceWrites %s', async (settings, { methodProxy }) => {
    const [pipelineConnect, coalesceWrites] = settings;

    const client = await connectDriver(methodProxy, urlOf(method), { pipelineConnect, coalesceWrites });

    expect((await client.query('select current_user')).rows).toEqual([{ current_user: `user_${method}` }]);
    await client.end();
  });

  test('succeeds over HTTP', async ({ methodProxy }) => {
    const { body } = await poster(methodProxy, urlOf(method))({ query: 'select current_user' });

    expect(body.rows).toEqual([[`user_${method}`]]);
  });

  test.skipIf(method === 'trust').for(['password', false] as const)(
    'fails with a wrong password and pipelineConnect %s',
    async (pipelineConnect, { methodProxy }) => {
      const wrong = changed(urlOf(method), { password: 'guess' });

      const login = connectDriver(methodProxy, wrong, { pipelineConnect }).then((client) => client.query('select 1'));

      await expect(login).rejects.toMatchObject({
        ...{ code: '28P01', severity: 'FATAL' },
        message: `password authentication failed for user "user_${method}"`,
      });
    },
  );
});

describe('a login', () => {
  test('to a database that does not exist fails with PostgreSQL’s error', async ({ methodProxy }) => {
    const nowhere = changed(urlOf('scram-sha-256'), { pathname: '/nowhere' });

    const client = connectDriver(methodProxy, nowhere, { pipelineConnect: false });

    await expect(client).rejects.toMatchObject({ code: '3D000', message: 'database "nowhere" does not exist' });
  });

  test('of nobody that the server trusts fails with PostgreSQL’s error', async ({ methodProxy }) => {
    const nobody = changed(urlOf('trust'), { username: 'nobody' });

    const { status, body } = await poster(methodProxy, nobody)({ query: 'select 1' });

    expect([status, body.code, body.message]).toEqual([400, '28000', 'role "nobody" does not exist']);
  });
});
