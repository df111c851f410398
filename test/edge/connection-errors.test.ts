import { inspect } from 'node:util';
import { afterEach, describe, expect, vi } from 'vitest';
import { ConnectionFailedError, createHttpExecutor, QueryFailedError } from '../../src/edge/index.js';
import { startNeonProxy } from '../../src/local/neon-proxy/index.js';
import { test } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';
import { type Answer, closedPort, failingFetch, refuse, settingsAt, test as standInTest } from './support/stand-in.js';

const once = { maxRetries: 0 };
const unknown =
  /^The answer of database "codex" at 127\.0\.0\.1:\d+ for user "ada" was lost: .* Whether the statement was carried out is unknown\.$/;

describe('a failed connection', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('is reported with host, database, user and reason', async () => {
    const error = await rejectionOf(createHttpExecutor(settingsAt(closedPort), once).query('select 1'));

    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(error).toMatchObject({
      message: 'No answer from database "codex" at 127.0.0.1:2 for user "ada": nothing listens there.',
      isRetryable: true,
    });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('s3cret');
  });

  test('names Neon by its host alone', async () => {
    vi.stubGlobal('fetch', failingFetch({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }));
    const url = 'postgres://ada:s3cret@ep-x.eu.aws.neon.tech/codex?sslmode=require';

    expect(await rejectionOf(createHttpExecutor(url).query('select 1'))).toMatchObject({
      message: 'No answer from database "codex" at ep-x.eu.aws.neon.tech for user "ada": the host name is unknown.',
      isRetryable: false,
    });
  });

  test('tells a wrong password and a missing database', async ({ neon }) => {
    const { hostname, port } = new URL(neon.url);
    const at = (login: string, database = 'postgres') =>
      createHttpExecutor({ ...neon, url: `postgres://${login}@${hostname}:${port}/${database}` }).query('select 1');
    const { username, password } = new URL(neon.url);

    expect(await rejectionOf(at('nobody:wr0ng'))).toMatchObject({
      name: 'ConnectionFailedError',
      message: expect.stringMatching(/user "nobody": user or password is wrong\.$/),
      isRetryable: false,
    });
    expect(await rejectionOf(at(`${username}:${password}`, 'nowhere'))).toMatchObject({
      name: 'ConnectionFailedError',
      message: expect.stringMatching(/^No answer from database "nowhere" at .*: the database does not exist\.$/),
      cause: { code: '3D000' },
      isRetryable: false,
    });
  });

  test('tells what is too large', async ({ neon }) => {
    const { hostname, port } = new URL(neon.url);
    const backend = { host: hostname, port: Number(port) };
    const proxy = await startNeonProxy({ backend, port: 0, maxRequestBytes: 5_000, maxResponseBytes: 5_000 });

    try {
      const { query } = createHttpExecutor({ ...neon, proxyPort: proxy.port });
      const tooMuch = 'x'.repeat(10_000);

      const request = await rejectionOf(query('select $1', [tooMuch]));
      expect(request).toBeInstanceOf(QueryFailedError);
      expect(request).toMatchObject({
        message: 'The database refused the statement: the request is larger than Neon allows. Send less at a time.',
        sqlState: undefined,
        isRetryable: false,
      });

      expect(await rejectionOf(query("select repeat('x', 10000)"))).toMatchObject({
        name: 'QueryFailedError',
        message: expect.stringMatching(/the answer is larger than Neon allows.*carried out is unknown\.$/),
        isRetryable: false,
      });
    } finally {
      await proxy.close();
    }
  });

  standInTest.for([
    [
      500,
      { message: "Couldn't connect to compute node", code: '' },
      'the compute is not reachable, it may be waking up',
      true,
    ],
    [500, { message: 'Control plane request failed', code: '' }, 'the compute could not be woken', true],
    [
      500,
      { message: 'Control plane request failed: endpoint is disabled' },
      'the endpoint is disabled or unknown',
      false,
    ],
    [
      500,
      { message: 'Your project has exceeded its data transfer quota.' },
      'the endpoint is unavailable, perhaps because a quota is exhausted',
      false,
    ],
    [500, { message: 'Too many connections attempts', code: '' }, 'too many connection attempts', true],
    [
      500,
      {
        message:
          'Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.',
      },
      'too many connection attempts',
      true,
    ],
    [500, { message: 'sorry, too many clients already', code: '53300' }, 'the server has no connection left', true],
    [500, { message: 'the database system is starting up', code: '57P03' }, 'the server is starting up', true],
    [400, { message: "password authentication failed for user 'ada'", code: '' }, 'user or password is wrong', false],
    [
      400,
      { message: 'missing authentication credentials: required password', code: '' },
      'the password is missing',
      false,
    ],
    [
      400,
      { message: 'This IP address 10.0.0.1 is not allowed to connect to this endpoint.', code: '' },
      'connections from this address are not allowed',
      false,
    ],
    [400, { message: 'x', code: '28000' }, 'the server refuses this user', false],
  ] as const)('is told from what Neon answers: %s %o', async ([status, body, reason, isRetryable], { standIn }) => {
    const { settings } = await standIn(refuse(status, body));

    expect(await rejectionOf(createHttpExecutor(settings, once).query('select 1'))).toMatchObject({
      name: 'ConnectionFailedError',
      message: `No answer from database "codex" at 127.0.0.1:${settings.proxyPort} for user "ada": ${reason}.`,
      isRetryable,
    });
  });

  standInTest.for([
    ['an unknown status', refuse(500, { message: 'h1dden' })],
    ['a gateway', refuse(502, '<html>h1dden</html>')],
    ['no JSON with a success', refuse(200, '<html>h1dden</html>')],
    ['no result with a success', refuse(200, { h1dden: 1 })],
    ['no JSON with an error', refuse(400, '<html>h1dden</html>')],
    ['an error that is not PostgreSQL’s', refuse(400, '"query is not supported h1dden"')],
    ['an error of the proxy that has no code', refuse(400, { message: 'h1dden', code: '', severity: '' })],
    ['a cut connection', (response) => response.destroy()],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"fields"');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ] as [string, Answer][])(
    'is never retried after %s: the statement may have been carried out',
    async ([, answer], { standIn }) => {
      const { settings, received } = await standIn(answer);
      const error = await rejectionOf(createHttpExecutor(settings).query('select 1'));

      expect(error).toBeInstanceOf(ConnectionFailedError);
      expect(error.message).toMatch(unknown);
      expect(inspect(error, { showHidden: true })).not.toContain('h1dden');
      expect(error.isRetryable).toBe(false);
      expect(received).toHaveLength(1);
    },
  );

  test('is never blamed on the statement if the answer cannot be read', async ({ neon }) => {
    const json = () => Promise.reject(Object.assign(new Error('h1dden'), { code: '23505' }));
    vi.stubGlobal('fetch', async () => ({ ok: true, json }));

    expect(await rejectionOf(createHttpExecutor(neon).query('select 1'))).toMatchObject({
      name: 'ConnectionFailedError',
      isRetryable: false,
    });
  });
});
