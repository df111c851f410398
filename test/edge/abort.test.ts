import { getEventListeners } from 'node:events';
import { describe, expect } from 'vitest';
import { createHttpExecutor, InvalidArgumentError, QueryTimeoutError } from '../../src/edge/index.js';
import { test as databaseTest } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';
import { giveOne, inTurn, refuse, test } from './support/stand-in.js';

const asleep = refuse(500, { message: "Couldn't connect to compute node", code: '' });
const reason = new Error('enough');

describe('a signal', () => {
  test('ends a call with its reason', async ({ standIn }) => {
    const { settings } = await standIn(() => {});
    const { query, batch, execute, sql } = createHttpExecutor(settings);

    for (const call of [
      (signal: AbortSignal) => query('select 1', [], { signal }),
      (signal: AbortSignal) => execute(sql`select 1`, { signal }),
      (signal: AbortSignal) => batch(['select 1'], { signal }),
    ]) {
      const abort = new AbortController();
      const rejection = rejectionOf(call(abort.signal));
      setTimeout(() => abort.abort(reason), 30);
      expect(await rejection).toBe(reason);
    }
  });

  test('that is aborted already lets nothing be sent', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);
    const { query } = createHttpExecutor(settings);

    expect(await rejectionOf(query('select 1', [], { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await rejectionOf(query('select 1', [], { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
    expect(received).toHaveLength(0);
  });

  test('ends the wait for the next try at once', async ({ standIn }) => {
    const { settings, received } = await standIn(asleep);
    const abort = new AbortController();
    const start = performance.now();
    const onRetry = () => setTimeout(() => abort.abort(reason), 1);
    const call = createHttpExecutor(settings, { onRetry }).query('select 1', [], { signal: abort.signal });

    expect(await rejectionOf(call)).toBe(reason);
    expect(performance.now() - start).toBeLessThan(90);
    expect(received).toHaveLength(1);
  });

  databaseTest('stops the statement in the database', async ({ executor }) => {
    const abort = new AbortController();
    const call = rejectionOf(executor.query("select pg_sleep(30), 'stopped'", [], { signal: abort.signal }));
    const running = () =>
      executor.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'",
      );
    await expect.poll(running).toEqual([{ n: 1 }]);

    abort.abort(reason);
    expect(await call).toBe(reason);
    await expect.poll(running).toEqual([{ n: 0 }]);
  });
});

describe('a time limit', () => {
  databaseTest('ends a call', async ({ executor }) => {
    const error = await rejectionOf(executor.query('select pg_sleep(30)', [], { timeoutMs: 100 }));
    expect(error).toBeInstanceOf(QueryTimeoutError);
    expect((await rejectionOf(executor.batch(['select pg_sleep(30)'], { timeoutMs: 100 }))).timeoutMs).toBe(100);
  });

  test('must be one that a timer knows', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);

    for (const timeoutMs of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 31]) {
      const call = createHttpExecutor(settings).query('select 1', [], { timeoutMs });
      await expect(call).rejects.toThrow(InvalidArgumentError);
    }

    expect(received).toHaveLength(0);
  });
});

describe('a call leaves no timer and no listener behind', () => {
  test.for([
    ['success', giveOne],
    ['an error', refuse(400, { message: 'x', code: '42601' })],
    ['a retry', inTurn(asleep, giveOne)],
    ['an abort', () => {}],
    ['an abort between two tries', asleep],
  ] as const)('after %s', async ([how, answer], { standIn }) => {
    const { settings } = await standIn(answer);
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const timersBefore = timers();
    const abort = new AbortController();
    const stop = () => queueMicrotask(() => abort.abort(reason));
    const onRetry = how === 'an abort between two tries' ? stop : undefined;
    const call = createHttpExecutor(settings, { onRetry }).query('select 1', [], { signal: abort.signal });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);

    if (how === 'an abort') {
      stop();
    }

    await call.catch(() => {});
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    // The test runner ends one of its own now and then.
    expect(timers()).toBeLessThanOrEqual(timersBefore);
  });
});
