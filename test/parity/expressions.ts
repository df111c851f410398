/** An SQL expression, and what MikroORM reads from it: PostgreSQL's instants and intervals as text. */
export type Expression = [expression: string, value: unknown];

const quotes = `it's "quoted" \\ back\\\\slashed $1 ? ?? :name %s \u0001\t\r\n`;
const emoji = '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 e\u0301 \u{10ffff} \ufeff\u202e';
export const awkwardTexts = [
  quotes,
  emoji,
  "'",
  '"',
  '\\',
  '\\\\',
  "\\'",
  '$$',
  '{}',
  'NULL',
  '',
  ' ',
  '\n',
  'null',
  'ß',
];
const long = 'a😀'.repeat(16 * 1024);

/** A text as PostgreSQL takes it without regard to its settings. */
const literal = (text: string): string =>
  `E'${text.replaceAll(/[^ -~]|['\\]/gu, (char) => `\\U${char.codePointAt(0)!.toString(16).padStart(8, '0')}`)}'`;

const text: Expression[] = [
  ...awkwardTexts.map((each): Expression => [`${literal(each)}::text`, each]),
  [`repeat('a😀', ${16 * 1024})`, long],
  [`'abc'::varchar(5)`, 'abc'],
  [`'abc'::char(5)`, 'abc  '],
  [`'a'::"char"`, 'a'],
  [`'name'::name`, 'name'],
  [`'unknown'`, 'unknown'],
  [`'it''s'`, "it's"],
  [`$$dollar's$$`, "dollar's"],
  [`'a' || null`, null],
];

const booleans: Expression[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['null::boolean', null],
  ['1 > 0', true],
  [`'0'::boolean`, false],
  [`B'101'`, '101'],
  [`B'0'::bit varying(5)`, '0'],
];

const numbers: Expression[] = [
  ['1', 1],
  ['0', 0],
  ['(-32768)::int2', -32_768],
  ['32767::int2', 32_767],
  ['(-2147483648)::int4', -2_147_483_648],
  ['2147483647::int4', 2_147_483_647],
  ['(-9223372036854775808)::int8', '-9223372036854775808'],
  ['9223372036854775807::int8', '9223372036854775807'],
  ['9007199254740993::int8', '9007199254740993'],
  ['1::int8', '1'],
  ['count(*)', '1'],
  ['4294967295::oid', 4_294_967_295],
  ['1.10::numeric', '1.10'],
  ['1.5', '1.5'],
  ['-0.00', '0.00'],
  [`'NaN'::numeric`, 'NaN'],
  [`'Infinity'::numeric`, 'Infinity'],
  [`'-Infinity'::numeric`, '-Infinity'],
  ['123456789012345678901234567890.123456789::numeric', '123456789012345678901234567890.123456789'],
  ['1e-20::numeric', '0.00000000000000000001'],
  ['0.1::float8', 0.1],
  [`'-0'::float8`, -0],
  [`'-0'::float4`, -0],
  ['5e-324::float8', Number.MIN_VALUE],
  ['1.7976931348623157e308::float8', Number.MAX_VALUE],
  [`'NaN'::float8`, Number.NaN],
  [`'Infinity'::float8`, Number.POSITIVE_INFINITY],
  [`'-Infinity'::float8`, Number.NEGATIVE_INFINITY],
  ['0.1::float4', 0.1],
  [`'NaN'::float4`, Number.NaN],
  [`'-Infinity'::float4`, Number.NEGATIVE_INFINITY],
  ['3.4028235e38::float4', 3.4028235e38],
  [`12.34::money`, '$12.34'],
];

const instants: Expression[] = [
  [`'0001-01-01'::date`, '0001-01-01'],
  [`'4714-11-24 BC'::date`, '4714-11-24 BC'],
  [`'5874897-12-31'::date`, '5874897-12-31'],
  [`'infinity'::date`, 'infinity'],
  [`'-infinity'::timestamptz`, '-infinity'],
  [`'infinity'::timestamp`, 'infinity'],
  [`'4714-11-24 00:00:00 BC'::timestamp`, '4714-11-24 00:00:00 BC'],
  [`'294276-12-31 23:59:59.999999'::timestamp`, '294276-12-31 23:59:59.999999'],
  [`'4714-11-24 00:00:00+00 BC'::timestamptz`, '4714-11-24 00:00:00+00 BC'],
  [`'294276-12-31 23:59:59.999999+00'::timestamptz`, '294276-12-31 23:59:59.999999+00'],
  [`'2026-01-02 03:04:05.678+02'::timestamptz`, '2026-01-02 01:04:05.678+00'],
  [`'2026-01-02 03:04:05.6789'::timestamptz(3)`, '2026-01-02 03:04:05.679+00'],
  [`'2026-03-29 02:30'::timestamp`, '2026-03-29 02:30:00'],
  [`'24:00:00'::time`, '24:00:00'],
  [`'03:04:05.678901'::time`, '03:04:05.678901'],
  [`'03:04:05-15:59'::timetz`, '03:04:05-15:59'],
  [`'1 year 2 mons -3 days 04:05:06.789'::interval`, '1 year 2 mons -3 days +04:05:06.789'],
  [`'0'::interval`, '00:00:00'],
  [`'-178000000 years'::interval`, '-178000000 years'],
];

const bytes: Expression[] = [
  [`''::bytea`, Buffer.alloc(0)],
  [`'\\x00ff27225c'::bytea`, Buffer.from([0, 255, 39, 34, 92])],
  [`decode(repeat('00ff', 40000), 'hex')`, Buffer.from('00ff'.repeat(40_000), 'hex')],
  [`array['\\x00ff'::bytea, null, '']`, [Buffer.from([0, 255]), null, Buffer.alloc(0)]],
];

const uuid = '00000000-0000-4000-8000-00000000000a';

const structures: Expression[] = [
  [`'${uuid.toUpperCase()}'::uuid`, uuid],
  [`'null'::json`, null],
  [`'null'::jsonb`, null],
  [`'"text"'::jsonb`, 'text'],
  [`'12345678901234567890'::jsonb`, 12_345_678_901_234_567_000],
  [`'[]'::jsonb`, []],
  [`'{}'::json`, {}],
  [
    `'{"b": [1, [2, [3, []]], {"a": null}], "a": true, "10": 0}'::json`,
    { b: [1, [2, [3, []]], { a: null }], a: true, 10: 0 },
  ],
  [`'{"b": [1, [2, [3, []]], {"a": null}], "aa": true}'::jsonb`, { b: [1, [2, [3, []]], { a: null }], aa: true }],
  [`to_jsonb(${literal(quotes)}::text)`, quotes],
  [`jsonb_build_object(${literal(emoji)}::text, array[${literal(quotes)}::text])`, { [emoji]: [quotes] }],
  [`'{"__proto__": 1}'::jsonb`, JSON.parse('{"__proto__": 1}')],
  [`'<a b="c">d</a>'::xml`, '<a b="c">d</a>'],
  [`'$.a[*] ? (@ > 1)'::jsonpath`, '$."a"[*]?(@ > 1)'],
  [`row(1, 'a b', null)`, '(1,"a b",)'],
  ['null::users', null],
  [`'[1,5)'::int4range`, '[1,5)'],
  [`'empty'::int4range`, 'empty'],
  [`'[,5]'::numrange`, '(,5]'],
  [`tstzrange('2026-01-01 00:00+00', null, '[]')`, '["2026-01-01 00:00:00+00",)'],
  [`'{[1,3),[5,8)}'::int4multirange`, '{[1,3),[5,8)}'],
  [`'192.168.0.1/24'::inet`, '192.168.0.1/24'],
  [`'::1'::inet`, '::1'],
  [`'10.0.0.0/8'::cidr`, '10.0.0.0/8'],
  [`'08:00:2b:01:02:03'::macaddr`, '08:00:2b:01:02:03'],
  ['point(1.5, -2)', { x: 1.5, y: -2 }],
  [`'<(1,2),3>'::circle`, { x: 1, y: 2, radius: 3 }],
  [`'((1,2),(3,4))'::box`, '(3,4),(1,2)'],
  [`'a fat cat'::tsvector`, "'a' 'cat' 'fat'"],
  [`'fat & cat'::tsquery`, "'fat' & 'cat'"],
  [`'users'::regclass`, 'users'],
  [`'int4'::regtype`, 'integer'],
  [`'0/16B3748'::pg_lsn`, '0/16B3748'],
];

const arrays: Expression[] = [
  [`'{}'::int4[]`, []],
  ['array[1, null, 3]', [1, null, 3]],
  [
    'array[[1, 2], [3, 4]]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [`'[2:3]={1,2}'::int4[]`, [1, 2]],
  ['array[1, 2]::int2[]', [1, 2]],
  [`'{9223372036854775807, NULL}'::int8[]`, ['9223372036854775807', null]],
  ['array[1.10, null]::numeric[]', [1.1, null]],
  [`array['NaN', 'Infinity', '-0', 0.1]::float8[]`, [Number.NaN, Number.POSITIVE_INFINITY, -0, 0.1]],
  [`array['NaN', 'Infinity', '-0']::float4[]`, [Number.NaN, Number.POSITIVE_INFINITY, -0]],
  ['array[true, false, null]', [true, false, null]],
  [`array[${awkwardTexts.map(literal).join(', ')}, null]::text[]`, [...awkwardTexts, null]],
  [`array['a', 'b c']::varchar[]`, ['a', 'b c']],
  [`array['a', 'b']::char(3)[]`, ['a  ', 'b  ']],
  [`array['2026-01-02'::date, null]`, ['2026-01-02', null]],
  [`array['2026-01-02 03:04:05'::timestamp]`, ['2026-01-02 03:04:05']],
  [`array['2026-01-02 03:04:05.678+00'::timestamptz, 'infinity']`, ['2026-01-02 03:04:05.678+00', 'infinity']],
  [`array['03:04:05'::time]`, ['03:04:05']],
  [`array['1 day 02:00:00'::interval]`, ['1 day 02:00:00']],
  [`array['${uuid}'::uuid, null]`, [uuid, null]],
  [`array['{"a": [1]}'::json, null]`, [{ a: [1] }, null]],
  [`array['[1, "b\\"c"]'::jsonb, 'null']`, [[1, 'b"c'], null]],
  [`array['192.168.0.1'::inet]`, ['192.168.0.1']],
  [`array['[1,5)'::int4range, 'empty']`, '{"[1,5)",empty}'],
  [`array['[1,5]'::numrange]`, ['[1,5]']],
  [`array[point(1, 2)]`, [{ x: 1, y: 2 }]],
  [`array[B'101']`, '{101}'],
];

/** Each is run as `select … as value`. */
export const expressions: Expression[] = [
  ...text,
  ...booleans,
  ...numbers,
  ...instants,
  ...bytes,
  ...structures,
  ...arrays,
];

/** Whole statements, and their rows. */
export const statements: [sql: string, rows: unknown][] = [
  ['select 1 as a, 2 as b, 3 as a', [{ a: 3, b: 2 }]],
  ['select 1, 2', [{ '?column?': 2 }]],
  [`select 1 as "quoted ""name""", 2 as "10", 3 as "2"`, [{ 2: 3, 10: 2, 'quoted "name"': 1 }]],
  ['select 1 as constructor, 2 as "toString"', [{ constructor: 1, toString: 2 }]],
  ['select', [{}]],
  ['select from users', []],
  ['select * from users where false', []],
  [
    'values (1, null), (2, true)',
    [
      { column1: 1, column2: null },
      { column1: 2, column2: true },
    ],
  ],
  ['select generate_series(1, 3) as n', [{ n: 1 }, { n: 2 }, { n: 3 }]],
  ['select 1 as a;', [{ a: 1 }]],
  ['/* a */ select 1 as a -- b', [{ a: 1 }]],
  ['select sum(n) as sum from generate_series(1, 10000) as n', [{ sum: '50005000' }]],
  ['show transaction_isolation', [{ transaction_isolation: 'read committed' }]],
  [`set local work_mem = '4MB'`, []],
  ['update users set name = name where false returning id', []],
  ['create table if not exists parity (id int)', []],
  ['comment on table parity is null', []],
  [`do $$ begin raise notice 'not an error'; end $$`, []],
  ['explain (costs off) select 1', [{ 'QUERY PLAN': 'Result' }]],
];
