import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { pgTypes } from '../../src/edge/value-types.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const read = (oid: number, text: string) => pgTypes.getTypeParser(oid, 'text')(text);

/** What PostgreSQL writes for values of a type and, in braces, of its array. */
const texts: Record<string, { oid: number; array: number; values: string[] }> = {
  bool: { oid: 16, array: 1000, values: ['t', 'f'] },
  bytea: { oid: 17, array: 1001, values: ['\\x', '\\x00ff10'] },
  int8: { oid: 20, array: 1016, values: ['9223372036854775807', '-9223372036854775808', '0'] },
  int2: { oid: 21, array: 1005, values: ['-32768', '32767'] },
  int4: { oid: 23, array: 1007, values: ['-2147483648', '0'] },
  regproc: { oid: 24, array: 1008, values: ['now'] },
  text: { oid: 25, array: 1009, values: ['', 'NULL', 'a "b" \\c, {d}', '😀'] },
  oid: { oid: 26, array: 1028, values: ['4294967295'] },
  json: { oid: 114, array: 199, values: ['{"a": [1, null]}', '"x"', 'null'] },
  point: { oid: 600, array: 1017, values: ['(1.5,-2)', '(1e+30,NaN)'] },
  cidr: { oid: 650, array: 651, values: ['10.0.0.0/8'] },
  float4: { oid: 700, array: 1021, values: ['1.5', '-0', 'NaN', 'Infinity', '-Infinity', '1e-10'] },
  float8: { oid: 701, array: 1022, values: ['1.7976931348623157e+308', 'NaN'] },
  circle: { oid: 718, array: 719, values: ['<(1.5,-2),3>'] },
  money: { oid: 790, array: 791, values: ['$1,234.50'] },
  macaddr: { oid: 829, array: 1040, values: ['08:00:2b:01:02:03'] },
  inet: { oid: 869, array: 1041, values: ['::1', '192.168.0.1/24'] },
  bpchar: { oid: 1042, array: 1014, values: ['a  '] },
  varchar: { oid: 1043, array: 1015, values: ['x'] },
  date: { oid: 1082, array: 1182, values: ['2024-02-29', 'infinity', '-infinity', '0044-03-15 BC'] },
  time: { oid: 1083, array: 1183, values: ['04:05:06.789'] },
  timestamp: { oid: 1114, array: 1115, values: ['2024-02-29 12:00:00.123456', 'infinity'] },
  timestamptz: { oid: 1184, array: 1185, values: ['2024-02-29 12:00:00.5+05:30', '4713-01-01 00:00:00+00 BC'] },
  interval: { oid: 1186, array: 1187, values: ['1 year 2 mons 3 days 04:05:06.789', '00:00:00', '-1 days -00:00:01'] },
  timetz: { oid: 1266, array: 1270, values: ['04:05:06+02'] },
  numeric: { oid: 1700, array: 1231, values: ['12.50', 'NaN', '-1e-3'] },
  uuid: { oid: 2950, array: 2951, values: ['f881307c-b659-5eaf-aaff-767ac9b86be8'] },
  jsonb: { oid: 3802, array: 3807, values: ['[1, [2, {"b": "\\""}]]'] },
  numrange: { oid: 3906, array: 3907, values: ['[1,2)', 'empty'] },
  unknown: { oid: 99_999, array: 99_998, values: ['x'] },
};

const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

test.for(Object.entries(texts))('%s is read as pg reads it, alone and in arrays', ([, { oid, array, values }]) => {
  const all = values.map(quote).join(',');
  const arrays = ['{}', '{NULL}', `{${all}}`, `{{${all}},{${all}}}`, `[2:3]={${quote(values[0]!)},NULL}`];
  const cases = [...values.map((text) => [oid, text] as const), ...arrays.map((text) => [array, text] as const)];

  for (const [type, text] of cases) {
    expect(read(type, text), text).toEqual(pg.types.getTypeParser(type, 'text')(text));
  }
});

test('every type that pg reads in a way of its own is among them', () => {
  const oids = Array.from({ length: 5000 }, (_, oid) => oid);
  const asText = pg.types.getTypeParser(99_999 as number, 'text');
  const special = oids.filter((oid) => pg.types.getTypeParser(oid, 'text') !== asText);
  const tested = Object.values(texts).flatMap(({ oid, array }) => [oid, array]);

  expect(special.filter((oid) => !tested.includes(oid))).toEqual([]);
});

test('bytes are a plain Uint8Array where the runtime has no Buffer', () => {
  vi.stubGlobal('Buffer', undefined);
  const [one, many] = [read(17, '\\x00ff10'), read(1001, '{"\\\\x01",NULL}')];
  vi.unstubAllGlobals();

  expect([one, many]).toEqual([new Uint8Array([0, 255, 16]), [new Uint8Array([1]), null]]);
  expect(read(17, '\\x00ff10')).toEqual(Buffer.from([0, 255, 16]));
});
