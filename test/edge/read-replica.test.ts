import { describe, expect } from 'vitest';
import { createHttpExecutor, type HttpExecutor, type Retry } from '../../src/edge/index.js';
import { test as base } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';
import { closedPort, settingsAt } from './support/stand-in.js';

/** A role of which each transaction is read-only stands for the replica: it refuses writes with the same error. */
const test = base
  .extend('readUrl', { scope: 'file' }, async ({ neon }, { onCleanup }): Promise<string> => {
    const owner = createHttpExecutor(neon);
    const role = `replica_${crypto.randomUUID().slice(0, 8)}`;
    await owner.query(`create role ${role} login password 'r3ad' in role pg_read_all_data, pg_write_all_data`);
    await owner.query(`alter role ${role} set default_transaction_read_only = on`);
    await owner.query('create table notes (n int)');
    await owner.query(
      'create function write_note() returns int language sql as $$ insert into notes values (1) returning n $$',
    );
    onCleanup(async () => {
      await owner.query(`drop role ${role}`);
    });

    const url = new URL(neon.url);
    url.username = role;
    url.password = 'r3ad';
    return url.href;
  })
  .extend('retries', (): Retry[] => [])
  .extend(
    'replicated',
    ({ neon, readUrl, retries }): HttpExecutor =>
      createHttpExecutor(neon, { readUrl, onRetry: (retry) => retries.push(retry) }),
  );

const onReplica = [{ on: true }];
const onPrimary = [{ on: false }];
const where = "starts_with(current_user, 'replica_')";

describe('readUrl', () => {
  test.for(
    [
      `select ${where} as on`,
      `  -- a comment\n /* another */ SELECT ${where} as on`,
      `with x as (select 1) select ${where} as on from x`,
      `table (select ${where} as on)`,
    ].slice(0, 3),
  )('sends reads to the replica: %s', async (text, { replicated }) => {
    expect(await replicated.query(text)).toEqual(onReplica);
    expect((await replicated.execute(text)).rows).toEqual(onReplica);
  });

  test('sends values, and reads of the tag, to the replica', async ({ replicated }) => {
    expect(await replicated.sql`values (${where}, current_user like 'replica%')`).toEqual([
      { column1: where, column2: true },
    ]);
    expect(await replicated.primary.sql`select current_user like 'replica%' as on`).toEqual(onPrimary);
  });

  test('sends all else to the primary', async ({ replicated, retries }) => {
    expect(await replicated.query(`insert into notes values (0) returning ${where} as on`)).toEqual(onPrimary);
    expect(await replicated.query(`update notes set n = 1 returning ${where} as on`)).toEqual(onPrimary);
    expect(await replicated.query(`explain (analyze) insert into notes values (0)`)).not.toEqual([]);
    expect(retries).toEqual([]);
  });

  test('repeats on the primary what the replica refuses to write, and says so', async ({ replicated, retries }) => {
    const [before] = await replicated.primary.sql<{ n: number }>`select count(*)::int as n from notes`;

    expect(await replicated.sql`select write_note() as n`).toEqual([{ n: 1 }]);
    expect(await replicated.query('with w as (insert into notes values (1) returning n) select n from w')).toHaveLength(
      1,
    );
    expect(await replicated.primary.sql`select count(*)::int as n from notes`).toEqual([{ n: before!.n + 2 }]);
    expect(retries).toEqual(
      Array(2).fill({ attempt: 1, delayMs: 0, reason: 'the statement writes, which a replica refuses' }),
    );
  });

  test('repeats it once at most', async ({ readUrl, neon, retries }) => {
    const both = createHttpExecutor({ ...neon, url: readUrl }, { readUrl, onRetry: (retry) => retries.push(retry) });

    expect(await rejectionOf(both.query('select write_note()'))).toMatchObject({ sqlState: '25006' });
    expect(retries).toHaveLength(1);
  });

  test('repeats nothing after other errors', async ({ replicated, retries }) => {
    expect(await rejectionOf(replicated.query('select 1/0'))).toMatchObject({ sqlState: '22012' });
    expect(retries).toEqual([]);
  });

  test('sends a batch to the replica only if it is read-only', async ({ replicated, retries }) => {
    const read = [`select ${where} as on`] as const;
    const rowsOf = async (options: Parameters<HttpExecutor['batch']>[1]) =>
      (await replicated.batch(read, options))[0].rows;

    expect(await rowsOf({ readOnly: true })).toEqual(onReplica);
    expect(await rowsOf({ readOnly: true, isolationLevel: 'repeatable read' })).toEqual(onReplica);
    expect(await rowsOf({ readOnly: false })).toEqual(onPrimary);
    expect(await rowsOf({})).toEqual(onPrimary);
    // A real replica refuses this level.
    expect(await rowsOf({ readOnly: true, isolationLevel: 'serializable' })).toEqual(onPrimary);
    expect(await rejectionOf(replicated.batch(['select write_note()'], { readOnly: true }))).toMatchObject({
      sqlState: '25006',
    });
    expect(retries).toEqual([]);
  });

  test('asks the primary for everything on request', async ({ replicated }) => {
    const { primary } = replicated;

    expect(await primary.query(`select ${where} as on`)).toEqual(onPrimary);
    expect((await primary.batch([`select ${where} as on`], { readOnly: true }))[0].rows).toEqual(onPrimary);
    expect(primary.primary).toBe(primary);
  });

  test('is named in the error when it does not answer', async ({ neon }) => {
    const readUrl = { ...settingsAt(closedPort), url: 'postgres://reader@127.0.0.1/copy' };
    const executor = createHttpExecutor(neon, { readUrl, maxRetries: 0 });

    expect((await rejectionOf(executor.query('select 1'))).message).toMatch(/database "copy" .* for user "reader"/);
    expect(await executor.primary.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});
