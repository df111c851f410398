import { afterEach, describe, expect, vi } from 'vitest';
import { ConnectionFailedError, createHttpExecutor, QueryTimeoutError, type Retry } from '../../src/edge/index.js';
import { rejectionOf } from './support/rejection.js';
import { closedPort, failingFetch, giveOne, inTurn, refuse, settingsAt, test } from './support/stand-in.js';

const asleep = refuse(500, { message: "Couldn't connect to compute node", code: '' });

describe('a retry', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('comes after the compute woke up, and is reported', async ({ standIn }) => {
    const { settings, received } = await standIn(inTurn(asleep, asleep, giveOne));
    const retries: Retry[] = [];
    const executor = createHttpExecutor(settings, { onRetry: (retry) => retries.push(retry) });

    expect(await executor.query('select 1 as n')).toEqual([{ n: 1 }]);
    expect(received).toHaveLength(3);
    expect(retries.map(({ attempt, reason }) => [attempt, reason])).toEqual([
      [1, 'the compute is not reachable, it may be waking up'],
      [2, 'the compute is not reachable, it may be waking up'],
    ]);
  });

  test('comes for a batch too', async ({ standIn }) => {
    const { settings, received } = await standIn(
      inTurn(asleep, (response) => response.end(JSON.stringify({ results: [{ fields: [], rows: [] }] }))),
    );
    await createHttpExecutor(settings).batch(['select 1']);

    expect(received.map(({ body }) => body)).toEqual(Array(2).fill({ queries: [{ query: 'select 1', params: [] }] }));
  });

  test('comes after a refused connection', async () => {
    const retries: Retry[] = [];
    const executor = createHttpExecutor(settingsAt(closedPort), {
      maxRetries: 1,
      onRetry: (retry) => retries.push(retry),
    });
    await rejectionOf(executor.query('select 1'));

    expect(retries.map(({ reason }) => reason)).toEqual(['nothing listens there']);
  });

  test('comes as often as allowed, ever later, and the error counts the tries', async ({ standIn }) => {
    const { settings, received } = await standIn(asleep);
    const delays: number[] = [];
    const executor = createHttpExecutor(settings, { onRetry: ({ delayMs }) => delays.push(delayMs) });
    const start = performance.now();
    const error = await rejectionOf(executor.query('select 1'));
    const elapsed = performance.now() - start;

    expect(received).toHaveLength(4);
    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(error.message).toMatch(/waking up\. Tried 4 times\.$/);
    expect(delays).toHaveLength(3);
    delays.forEach((delayMs, index) => {
      expect(delayMs).toBeGreaterThanOrEqual(100 * 2 ** index);
      expect(delayMs).toBeLessThanOrEqual(200 * 2 ** index);
    });
    expect(elapsed).toBeGreaterThanOrEqual(delays.reduce((sum, delayMs) => sum + delayMs) - 10);
  });

  test('does not come if it is turned off', async ({ standIn }) => {
    const { settings, received } = await standIn(asleep);
    await rejectionOf(createHttpExecutor(settings, { maxRetries: 0 }).query('select 1'));

    expect(received).toHaveLength(1);
  });

  test('does not come after an error of the statement', async ({ standIn }) => {
    const { settings, received } = await standIn(refuse(400, { message: 'x', code: '40001' }));
    const error = await rejectionOf(createHttpExecutor(settings).query('select 1'));

    expect(error).toMatchObject({ sqlState: '40001', isRetryable: true });
    expect(received).toHaveLength(1);
  });

  test('does not begin if it would end after the time', async ({ standIn }) => {
    const { settings, received } = await standIn(asleep);
    const start = performance.now();
    const error = await rejectionOf(createHttpExecutor(settings).query('select 1', [], { timeoutMs: 90 }));

    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(performance.now() - start).toBeLessThan(90);
    expect(received).toHaveLength(1);
  });

  test.for([
    [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, 'the name server does not answer', 2],
    [{ code: 'EHOSTUNREACH', syscall: 'connect' }, 'the host cannot be reached', 2],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'the host does not respond', 2],
    [{ code: 'CERT_HAS_EXPIRED' }, 'for an unknown reason (CERT_HAS_EXPIRED)', 1],
    [{ code: 'ECONNRESET', syscall: 'read' }, 'the connection was closed', 1],
    [{ code: 'UND_ERR_SOCKET' }, 'the connection was closed', 1],
    [{}, 'for an unknown reason', 1],
  ] as const)('comes only if nothing can have been sent: %o', async ([cause, reason, tries]) => {
    let requests = 0;
    vi.stubGlobal('fetch', async () => {
      requests += 1;
      return failingFetch(cause)();
    });

    const error = await rejectionOf(createHttpExecutor(settingsAt(closedPort), { maxRetries: 1 }).query('select 1'));
    expect(error.message).toContain(`: ${reason}.`);
    expect([requests, error.isRetryable]).toEqual([tries, tries > 1]);
  });
});

describe('the time', () => {
  test('is for all tries together', async ({ standIn }) => {
    const { settings, received } = await standIn(inTurn(asleep, () => {}));
    const start = performance.now();
    const error = await rejectionOf(createHttpExecutor(settings, { timeoutMs: 500 }).query('select 1'));

    expect(error).toBeInstanceOf(QueryTimeoutError);
    expect(error).toMatchObject({
      code: 'QUERY_TIMEOUT',
      timeoutMs: 500,
      isRetryable: false,
      message: expect.stringMatching(/^No answer within 500 ms\. Whether the statement was carried out is unknown\./),
    });
    expect(performance.now() - start).toBeLessThan(900);
    expect(received).toHaveLength(2);
  });
});
