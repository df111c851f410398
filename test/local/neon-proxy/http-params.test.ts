import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { test } from './support/index.js';

/** PostgreSQL's texts have no NUL, and UTF-8 no half of a pair. */
const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));

/** Neon quotes an array's strings as JSON does, which PostgreSQL understands except for control characters. */
const element = text.filter((value) => !/\p{Cc}/u.test(value));

describe('parameters over HTTP', () => {
  test('are read by PostgreSQL as they were sent', async ({ sql }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text), { minLength: 1, maxLength: 5 }), async (values) => {
        const placeholders = values.map((_, index) => `$${index + 1}::text`);
        const { rows } = await sql.query(`select array[${placeholders}] as read`, values);
        expect(rows).toEqual([{ read: values }]);
      }),
      { numRuns: 50 },
    );
  });

  test('may be JSON that PostgreSQL reads', async ({ post }) => {
    const read = async (query: string, value: unknown) => (await post({ query, params: [value] })).body.rows[0];

    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ noUnicodeString: true }),
        element,
        fc.integer(),
        async (json, string, integer) => {
          fc.pre(!JSON.stringify(json).includes('\\u0000'));
          expect(JSON.parse((await read('select $1::json', { json }))[0])).toEqual(
            JSON.parse(JSON.stringify({ json })),
          );
          const nested = [
            [string, null],
            ['NULL', ''],
          ];
          expect(await read('select array_to_json($1::text[])', nested)).toEqual([JSON.stringify(nested)]);
          expect(await read('select $1::int', integer)).toEqual([String(integer)]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.for([
    ['true', 'boolean', 't'],
    ['42', 'int', '42'],
    ['9007199254740993', 'bigint', '9007199254740993'],
    ['0.10000000000000000001', 'numeric', '0.10000000000000000001'],
    ['1.10', 'numeric', '1.10'],
    ['{"n":9007199254740993}', 'json', '{"n":9007199254740993}'],
    ['[9007199254740993,null]', 'bigint[]', '{9007199254740993,NULL}'],
    ['[{"a":"\\"b\\""}]', 'jsonb[]', '{"{\\"a\\": \\"\\\\\\"b\\\\\\"\\"}"}'],
    ['[]', 'int[]', '{}'],
    ['null', 'int', null],
  ] as const)('of %s as %s become %j', async ([json, type, stored], { post }) => {
    const { body } = await post(`{"query":"select $1::${type}","params":[${json}]}`);

    expect(body.rows).toEqual([[stored]]);
  });

  test('lose a line break inside of an array, as on Neon', async ({ post }) => {
    const { body } = await post({ query: 'select $1::text[]', params: [['a\nb']] });

    expect(body.rows).toEqual([['{anb}']]);
  });

  test('keep their digits in a batch', async ({ post }) => {
    const { body } = await post('{"queries":[{"query":"select $1::bigint","params":[9007199254740993]}]}');

    expect(body.results[0].rows).toEqual([['9007199254740993']]);
  });

  test('of the driver are stored as what they are', async ({ sql }) => {
    const [at, bytes] = [new Date('2026-01-02T03:04:05.678Z'), Buffer.from([0, 255, 92])];

    const { rows } = await sql`select ${12n}::bigint as big, ${at}::timestamptz as at, ${bytes} as bytes,
      ${['a', null]}::text[] as tags, ${{ a: 1 }}::jsonb as data, ${false}::boolean as ok, ${Number.NaN}::float8 as nan`;

    expect(rows).toEqual([{ big: '12', at, bytes, tags: ['a', null], data: { a: 1 }, ok: false, nan: Number.NaN }]);
  });
});
