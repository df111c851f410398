import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { InvalidArgumentError, json } from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';

/** PostgreSQL can store neither half a surrogate pair nor a NUL. */
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0') && value.isWellFormed());
const jsonValue = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
  const written = JSON.stringify(value);
  return !written.includes('\\u0000') && !/\\ud[89a-f]/i.test(written);
});
/** jsonb has no -0, and keeps numbers as decimals. */
const normalized = (value: unknown) => JSON.parse(JSON.stringify(value));
const few = { numRuns: 40 };

describe('parameters', () => {
  test('come back as they went', async ({ executor }) => {
    const values = fc.tuple(
      fc.option(text),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.double({ noNaN: false }),
      fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
      fc.uint8Array(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    );

    await fc.assert(
      fc.asyncProperty(values, async ([t, n, b, d, at, bytes, big]) => {
        const [row] = await executor.query<any>(
          'select $1::text as t, $2::float8 as n, $3::bool as b, $4::float8 as d, $5::timestamptz as at, $6::bytea as bytes, $7::int8 as big',
          [t, n, b, d, at, bytes, big],
        );
        expect({ ...row, bytes: [...row.bytes], d: row.d + 0 }).toEqual({
          t,
          n,
          b,
          d: d + 0,
          at,
          bytes: [...bytes],
          big: String(big),
        });
      }),
      few,
    );
  });

  test('come back as PostgreSQL arrays where nothing says JSON', async ({ executor }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async (list) => {
        expect(await executor.query('select $1::text[] as list', [list])).toEqual([{ list }]);
      }),
      few,
    );
  });

  test('come back from jsonb, whatever they are', async ({ executor }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(jsonValue), jsonValue, async (list, any) => {
        const [row] = await executor.query('select $1::jsonb as list, cast($1 as json) as plain, $2::jsonb as any', [
          list,
          json(any),
        ]);
        expect(row).toEqual({ list: normalized(list), plain: normalized(list), any: normalized(any) });
      }),
      few,
    );
  });

  test.for([
    'select $1::jsonb as v',
    'select $1::JSON as v',
    'select $1 :: /* why */ jsonb as v',
    'select CAST ( $1 AS jsonb ) as v',
    `select $1::jsonb as v, '$2::jsonb', "w"."$1::int[]" from (select 1 as "$1::int[]") as w -- $1`,
  ])('an array is JSON in %s', async (sql, { executor }) => {
    expect(await executor.query(sql, [[1, { a: null }]])).toMatchObject([{ v: [1, { a: null }] }]);
  });

  test.for([
    'select $1::int[] as v',
    "select $1::int[] as v, '$1::jsonb'",
    "select $1::int[] as v, E'\\'$1::jsonb'",
    'select $1::int[] as v, $tag$ $1::jsonb $tag$',
    'select $1::int[] as v /* /* */ $1::jsonb */',
    'select $1::int[] as v -- $1::jsonb',
    'select $1::int[] as v, a$1::jsonb from (select null::text as a$1) as t',
  ])('an array is an array in %s', async (sql, { executor }) => {
    expect(await executor.query(sql, [[1, 2]])).toMatchObject([{ v: [1, 2] }]);
  });

  test('are elements of a jsonb array, each of them JSON', async ({ executor }) => {
    const [row] = await executor.query('select $1::jsonb[] as v, $2::json array as w', [
      [{ a: 1 }, json('text'), json([2])],
      [{ a: 1 }],
    ]);
    expect(row).toEqual({ v: [{ a: 1 }, 'text', [2]], w: [{ a: 1 }] });
  });

  test('are JSON in a column without a cast if they are marked so', async ({ executor }) => {
    await executor.query('create table documents (body jsonb)');
    const insert = 'insert into documents values ($1) returning body';

    expect(await executor.query(insert, [json([1, 2])])).toEqual([{ body: [1, 2] }]);
    expect(await executor.query(insert, [json('text')])).toEqual([{ body: 'text' }]);
    expect(await executor.query(insert, [{ a: 1 }])).toEqual([{ body: { a: 1 } }]);
    expect(await executor.query(insert, [null])).toEqual([{ body: null }]);
    expect(await executor.query('select jsonb_typeof($1) as type', [json(null)])).toEqual([{ type: 'null' }]);
  });

  test('leaves a text for jsonb as it is, and writes a date as JSON does', async ({ executor }) => {
    expect(await executor.query('select $1::jsonb as v, $2::jsonb as w', ['[1]', new Date(0)])).toEqual([
      { v: [1], w: '1970-01-01T00:00:00.000Z' },
    ]);
  });

  test('undefined is null', async ({ executor }) => {
    expect(await executor.query('select $1::text as v', [undefined])).toEqual([{ v: null }]);
  });

  test('asks a value how it wants to be sent', async ({ executor }) => {
    const point = { toPostgres: () => '(1,2)' };
    expect(await executor.query('select $1::point as v', [point])).toEqual([{ v: { x: 1, y: 2 } }]);
  });

  test('refuses what has no form in SQL, and does not show it', async ({ executor }) => {
    const cycle: Record<string, unknown> = { secret: 'hidden' };
    cycle.self = cycle;

    for (const value of [
      cycle,
      { secret: 'hidden', n: 1n },
      () => 'hidden',
      Symbol('hidden'),
      Promise.resolve('hidden'),
    ]) {
      const error = await rejectionOf(executor.query('select $1, $2', [1, value]));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ field: '$2', message: expect.not.stringContaining('hidden') });
    }

    expect(() => json(undefined)).toThrow(InvalidArgumentError);
    expect(inspect(json('hidden'), { showHidden: true })).not.toContain('hidden');
  });
});
