import { describe, expect } from 'vitest';
import { elementTypes } from '../../../src/local/neon-proxy/json-types.js';
import { type Post, test } from './support/index.js';

/** The rows of a client that wants JSON's own types. */
async function rowsOf(post: Post, query: string, arrayMode = 'true'): Promise<any> {
  const { body } = await post({ query }, { 'Neon-Raw-Text-Output': 'false', 'Neon-Array-Mode': arrayMode });
  return body.rows;
}

describe('a result without raw text', () => {
  test.for([
    ['true', true],
    ['false', false],
    ['32767::int2', 32_767],
    ['-5', -5],
    ['0.1::float8', 0.1],
    ['1e-20::float4', 1e-20],
    [`'NaN'::float8`, 'NaN'],
    [`'-Infinity'::float4`, '-Infinity'],
    ['9007199254740993', '9007199254740993'],
    ['1.50::numeric', '1.50'],
    [`'a "b"'::text`, 'a "b"'],
    [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    [`'[1.0]'::json`, [1]],
    ['null', null],
  ] as const)('has %s as %j', async ([sql, value], { post }) => {
    expect(await rowsOf(post, `select ${sql}`)).toEqual([[value]]);
  });

  test.for([
    [`'{}'::int[]`, []],
    ['array[1, null, 3]', [1, null, 3]],
    ['array[[true], [false]]', [[true], [false]]],
    [`array[1.5, 'NaN']::float8[]`, [1.5, 'NaN']],
    [`'[0:1]={4,5}'::int2[]`, [4, 5]],
    [`array['{"a": "b\\"}"}', null]::jsonb[]`, [{ a: 'b"}' }, null]],
    [`array['', 'NULL', null, 'a,b', '{}', '"\\', E'\\n ']`, ['', 'NULL', null, 'a,b', '{}', '"\\', '\n ']],
    ['array[1]::bigint[]', ['1']],
    [`array['2026-01-02 03:04:05']::timestamp[]`, ['2026-01-02 03:04:05']],
  ] as const)('has %s as %j', async ([sql, value], { post }) => {
    expect(await rowsOf(post, `select ${sql}`)).toEqual([[value]]);
  });

  test('has objects too', async ({ post }) => {
    const rows = await rowsOf(post, `select 1 as "an ""id""", array[true] as flags, null as nothing`, 'false');

    expect(rows).toEqual([{ 'an "id"': 1, flags: [true], nothing: null }]);
  });

  test('takes every array type for one that PostgreSQL has built in', async ({ admin }) => {
    // Boxes have semicolons for commas. Only types that a column can have, below the first of a user.
    const { rows } = await admin.query(
      `select arrays.oid::int as oid, elements.typname as name from pg_type arrays
         join pg_type elements on elements.typarray = arrays.oid
       where arrays.oid < 10000 and elements.typtype in ('b', 'r', 'm')
         and elements.typdelim = ',' and elements.typnamespace = 'pg_catalog'::regnamespace order by 1`,
    );

    expect(rows.filter(({ oid }) => !elementTypes.has(oid))).toEqual([]);
  });
});
