import { describe, expect, expectTypeOf } from 'vitest';
import { createHttpExecutor, type HttpResult, InvalidArgumentError, type ResultRow } from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { test as standInTest } from './support/stand-in.js';

describe('batch', () => {
  test('gives the result of each statement, in order and typed', async ({ executor }) => {
    const results = await executor.batch([
      executor.sql<{ n: number }>`select ${1}::int as n`,
      'select 2 as two',
      { text: 'select $1::jsonb as list', parameters: [[3]] },
    ]);

    expect(results.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ two: 2 }], [{ list: [3] }]]);
    expectTypeOf(results).toEqualTypeOf<[HttpResult<{ n: number }>, HttpResult<ResultRow>, HttpResult<ResultRow>]>();
  });

  test('is atomic', async ({ executor }) => {
    await executor.query('create table atoms (n int unique)');

    await expect(
      executor.batch(['insert into atoms values (1)', 'insert into atoms values (2)', 'insert into atoms values (1)']),
    ).rejects.toMatchObject({ sqlState: '23505' });
    expect(await executor.query('select * from atoms')).toEqual([]);

    await executor.batch(['insert into atoms values (1)', 'insert into atoms values (2)']);
    expect(await executor.query('select count(*)::int from atoms')).toEqual([{ count: 2 }]);
  });

  test('fails as a whole when the commit fails', async ({ executor }) => {
    await executor.query('create table deferred (n int unique deferrable initially deferred)');

    await expect(
      executor.batch(['insert into deferred values (1)', 'insert into deferred values (1)', 'select 1']),
    ).rejects.toMatchObject({ sqlState: '23505', statementIndex: undefined });
    expect(await executor.query('select * from deferred')).toEqual([]);
  });

  test.for(['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const)(
    'runs at isolation level %s',
    async (isolationLevel, { executor }) => {
      const [{ rows }] = await executor.batch(['show transaction_isolation'], { isolationLevel });
      expect(rows).toEqual([{ transaction_isolation: isolationLevel }]);
    },
  );

  test('runs read-only and deferrable on request', async ({ executor }) => {
    const statements = ['show transaction_read_only', 'show transaction_deferrable'] as const;
    const modes = [{}, { readOnly: true }, { deferrable: true }, { readOnly: false, deferrable: false }];
    const results = await Promise.all(modes.map((mode) => executor.batch(statements, mode)));

    expect(results.map((batch) => batch.map(({ rows }) => Object.values(rows[0]!)[0]))).toEqual([
      ['off', 'off'],
      ['on', 'off'],
      ['off', 'on'],
      ['off', 'off'],
    ]);
  });

  test('refuses to write when it is read-only', async ({ executor }) => {
    await expect(executor.batch(['create table never (n int)'], { readOnly: true })).rejects.toMatchObject({
      sqlState: '25006',
      statementIndex: 0,
    });
  });

  test('reads values and rows as asked', async ({ executor }) => {
    const types = { getTypeParser: () => (text: string) => `<${text}>` };
    const [{ rows }] = await executor.batch(['select 1 as n, 2 as n'], { types, rowMode: 'array' });

    expect(rows).toEqual([['<1>', '<2>']]);
  });

  test('refuses what is no batch', async ({ executor }) => {
    for (const statements of [undefined, 'select 1', [undefined], [''], [Promise.resolve([])]] as never[]) {
      await expect(executor.batch(statements)).rejects.toThrow(InvalidArgumentError);
    }

    for (const isolationLevel of ['snapshot', 'Serializable', 'toString'] as never[]) {
      await expect(executor.batch(['select 1'], { isolationLevel })).rejects.toMatchObject({ field: 'isolationLevel' });
    }
  });

  standInTest('is one request, and none if it is empty', async ({ standIn }) => {
    const { settings, received } = await standIn((response) => {
      const result = { fields: [], rows: [], command: 'SELECT', rowCount: 0, rowAsArray: true };
      response.end(JSON.stringify({ results: [result, result] }));
    });
    const executor = createHttpExecutor(settings);

    expect(await executor.batch([])).toEqual([]);
    expect(received).toHaveLength(0);

    await executor.batch([executor.sql`select ${1}`, 'select 2'], { isolationLevel: 'repeatable read' });
    expect(received.map(({ body }) => body)).toEqual([
      {
        queries: [
          { query: 'select $1', params: ['1'] },
          { query: 'select 2', params: [] },
        ],
      },
    ]);
    expect(received[0]?.headers).toMatchObject({ 'neon-batch-isolation-level': 'RepeatableRead' });
  });
});
