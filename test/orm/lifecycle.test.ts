import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, vi } from 'vitest';
import { ConnectionFailedError, createOrm, type Orm, testDbConnection, User } from '../../src/index.js';
import { test as base } from '../../src/testing/index.js';
import { databaseUrl } from '../support/database-url.js';

const { database: test } = base;

const run = promisify(execFile);

const backends = (orm: Orm, name: string) =>
  orm.em.fork().execute(`select pid from pg_stat_activity where application_name = ?`, [name]);

async function failure(url: string): Promise<ConnectionFailedError> {
  const orm = createOrm({ method: 'LOCAL_PROXY', url });

  try {
    await testDbConnection(orm);
  } catch (error) {
    return error as ConnectionFailedError;
  } finally {
    await orm.close();
  }

  throw new Error('The connection was made.');
}

describe('createOrm', () => {
  test('opens nothing; the first query does, and close ends it', async ({ orm }) => {
    const name = 'opens-nothing';
    const own = createOrm({
      method: 'LOCAL_PROXY',
      url: databaseUrl(orm, { query: `application_name=${name}` }),
    });
    own.em.fork().create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    expect(await backends(orm, name)).toEqual([]);

    await own.em.fork().count(User);
    expect(await backends(orm, name)).toHaveLength(1);

    await own.close();
    await vi.waitFor(async () => expect(await backends(orm, name)).toEqual([]));
  });

  test('keeps to the size of its pool', async ({ orm }) => {
    const name = 'pool-size';
    const url = databaseUrl(orm, { query: `application_name=${name}` });
    const own = createOrm({ method: 'LOCAL_PROXY', url, poolSize: 2 });
    await Promise.all(Array.from({ length: 8 }, () => own.em.fork().execute('select pg_sleep(0.02)')));

    expect(await backends(orm, name)).toHaveLength(2);
    await own.close();
  });

  test('gives each request an identity map of its own, and the global one refuses work', async ({ orm }) => {
    const [one, two] = [orm.em.fork(), orm.em.fork()];
    one.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await one.flush();

    expect((await one.findOneOrFail(User, 'ada')) === (await two.findOneOrFail(User, 'ada'))).toBe(false);
    await expect(orm.em.find(User, {})).rejects.toThrow(/global EntityManager/);
  });

  test('commits a transaction as a whole or not at all', async ({ orm }) => {
    const insert = (id: string, fails: boolean) =>
      orm.em.transactional(async (em) => {
        em.create(User, { id, name: id, email: `${id}@example.org` });
        await em.flush();

        if (fails) {
          throw new Error('changed my mind');
        }
      });

    await insert('committed', false);
    await expect(insert('undone', true)).rejects.toThrow('changed my mind');
    expect(await orm.em.fork().count(User, { id: ['committed', 'undone'] })).toBe(1);
  });
});

describe('a process', () => {
  const script = (ending: string) => `
    import { createOrm, closeDbPool, testDbConnection } from './src/index.js';
    const orm = createOrm({ method: 'LOCAL_PROXY', url: process.env.URL });
    console.log(await testDbConnection(orm));
    ${ending}`;
  const start = (orm: Orm, ending: string, timeout: number) =>
    run(process.execPath, ['--import', '@oxc-node/core/register', '--input-type=module', '--eval', script(ending)], {
      env: { ...process.env, URL: databaseUrl(orm) },
      timeout,
    });

  test.for(['await orm.close();', 'await closeDbPool(orm);'])('exits by itself after %s', async (ending, { orm }) => {
    await expect(start(orm, ending, 15_000)).resolves.toMatchObject({ stdout: 'true\n' });
  });
});

describe('testDbConnection', () => {
  test('is true when the database answers', async ({ orm }) => {
    expect(await testDbConnection(orm)).toBe(true);
  });

  test('says that nothing listens', async () => {
    const error = await failure('postgresql://ada:correct-horse@127.0.0.1:1/codex');

    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(error.message).toBe('No answer from database "codex" at 127.0.0.1:1 for user "ada": nothing listens there.');
    expect(error.isRetryable).toBe(true);
  });

  test('says that the host name is unknown', async () => {
    const error = await failure('postgresql://ada:correct-horse@nowhere.invalid/codex');

    expect(error.message).toMatch(/nowhere\.invalid:5432 .*(host name is unknown|name server does not answer)/);
  });

  test('says that the database or the user does not exist', async ({ orm }) => {
    const noDatabase = await failure(databaseUrl(orm, { database: 'absent' }));
    const noUser = await failure(databaseUrl(orm, { user: 'absent' }));

    expect(noDatabase).toMatchObject({ code: 'CONNECTION_FAILED', isRetryable: false });
    expect(noDatabase.message).toMatch(/database "absent".*: the database does not exist\.$/);
    expect(noUser.message).toMatch(/user "absent": (user or password is wrong|the server refuses this user)\.$/);
  });

  test('says that the server offers no TLS, or hangs up', async ({ orm }) => {
    const noTls = await failure(databaseUrl(orm, { query: 'sslmode=require' }));
    expect(noTls.message).toMatch(/: the server offers no TLS\.$/);

    const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const { port } = rude.address() as { port: number };
    expect((await failure(`postgresql://ada@127.0.0.1:${port}/codex`)).message).toMatch(
      /: the connection was closed\.$/,
    );
    rude.close();
  });

  test('never prints the password', async ({ orm }) => {
    const secret = 'correct-horse';
    const errors = [
      await failure(`postgresql://ada:${secret}@127.0.0.1:1/codex`),
      await failure(databaseUrl(orm, { database: 'absent', password: secret })),
      await failure(databaseUrl(orm, { user: 'absent', password: secret })),
    ];

    for (const error of errors) {
      expect(`${error.stack} ${JSON.stringify(error)} ${JSON.stringify(Object.values(error))}`).not.toContain(secret);
    }
  });
});
