import { awkwardTexts } from './expressions.js';

const instant = new Date('2026-01-02T03:04:05.678Z');
const bytes = Buffer.from([0, 255, 39, 92]);
const nested = { a: [1, { b: null }], "it's": '"\\', at: instant, gone: undefined };

/** A value, the type as which PostgreSQL takes it, and what is read back. */
export type Parameter = [type: string, value: unknown, read: unknown];

const texts = awkwardTexts.map((text): Parameter => ['text', text, text]);

/** What works on every level: MikroORM writes values into the text of the statement, drivers send them beside it. */
const everywhere: Parameter[] = [
  ...texts,
  ['text', '\ud800', '\ufffd'],
  ['text', 'a😀'.repeat(16 * 1024), 'a😀'.repeat(16 * 1024)],
  ['text', null, null],
  ['text', 1.5, '1.5'],
  ['text', true, 'true'],
  ['text', 10n, '10'],
  ['text', { a: 1 }, '{"a":1}'],
  ['int4', 1, 1],
  ['int4', -1, -1],
  ['int4', '7', 7],
  ['int8', 9_223_372_036_854_775_807n, '9223372036854775807'],
  ['int8', Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['numeric', 1e21, '1000000000000000000000'],
  ['numeric', '1.10', '1.10'],
  ['float8', 0.1, 0.1],
  ['float8', -0, 0],
  ['float8', Number.MIN_VALUE, Number.MIN_VALUE],
  ['float8', 'NaN', Number.NaN],
  ['boolean', true, true],
  ['boolean', false, false],
  ['boolean', null, null],
  ['bytea', bytes, bytes],
  ['bytea', Buffer.alloc(0), Buffer.alloc(0)],
  ['jsonb', nested, { a: [1, { b: null }], at: instant.toJSON(), "it's": '"\\' }],
  ['json', {}, {}],
  ['jsonb', '[1, "2"]', [1, '2']],
  ['uuid', '00000000-0000-4000-8000-00000000000A', '00000000-0000-4000-8000-00000000000a'],
  ['inet', '::1', '::1'],
];

/** What MikroORM takes as a parameter of `execute`. */
export const inlined: Parameter[] = [
  ...everywhere,
  ['timestamptz', instant, '2026-01-02 03:04:05.678+00'],
  ['date', instant, '2026-01-02'],
  ['text', instant, instant.toISOString()],
];

/** What the drivers take beyond that. */
export const bound: Parameter[] = [
  ...everywhere,
  ['text', undefined, null],
  ['int4', undefined, null],
  ['int4', -2_147_483_648, -2_147_483_648],
  ['float8', Number.NaN, Number.NaN],
  ['float8', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ['timestamptz', instant, instant],
  ['timestamptz', new Date(8.64e15), new Date(8.64e15)],
  ['timestamptz', new Date('-000001-01-01T00:00:00Z'), new Date('-000001-01-01T00:00:00Z')],
  ['timestamptz', new Date(0), new Date(0)],
  ['date', new Date(2026, 0, 2, 12), new Date(2026, 0, 2)],
  ['timestamp', new Date(2026, 0, 2, 3, 4, 5, 678), new Date(2026, 0, 2, 3, 4, 5, 678)],
  ['bytea', new Uint8Array([0, 255]), Buffer.from([0, 255])],
  ['bytea', new Uint8Array([1, 2, 3]).subarray(1), Buffer.from([2, 3])],
  ['bytea', new DataView(new Uint8Array([1, 2]).buffer), Buffer.from([1, 2])],
  ['int4[]', [], []],
  ['int4[]', [1, null, undefined], [1, null, null]],
  [
    'int4[]',
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['int8[]', [1n, -9_223_372_036_854_775_808n], ['1', '-9223372036854775808']],
  ['float8[]', [Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY]],
  ['boolean[]', [true, false, null], [true, false, null]],
  ['text[]', awkwardTexts, awkwardTexts],
  [
    'text[]',
    [
      ['a', "b'"],
      ['c"', null],
    ],
    [
      ['a', "b'"],
      ['c"', null],
    ],
  ],
  ['timestamptz[]', [instant], [instant]],
  ['bytea[]', [bytes, Buffer.alloc(0)], [bytes, Buffer.alloc(0)]],
  ['jsonb[]', [{ a: 1 }, { b: "it's" }], [{ a: 1 }, { b: "it's" }]],
  ['text', { toPostgres: () => 'own form' }, 'own form'],
  ['text', { toJSON: () => 'json form' }, '"json form"'],
];
