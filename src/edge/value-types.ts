import { parse as parseArray } from 'postgres-array';
import * as postgresDate from 'postgres-date';
import parseInterval from 'postgres-interval';
import type { TypeParsers } from './result.js';

type Parser = (text: string) => unknown;

/** The package's types describe a module with a default export, which at run time is the function itself. */
export const parseDate = postgresDate.default as unknown as (text: string) => Date | number | null;

/** By the oid of the type. */
const ofScalars: Record<number, Parser> = {
  16: (text) => text === 't',
  17: toBytes,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(text),
  600: toPoint,
  700: Number.parseFloat,
  701: Number.parseFloat,
  718: toCircle,
  1082: parseDate,
  1114: parseDate,
  1184: parseDate,
  1186: toInterval,
  3802: (text) => JSON.parse(text),
};

/** The type of the elements by the oid of the array's. Elements of types that are not above stay text. */
const elementTypes: Record<number, number> = {
  199: 114,
  651: 650,
  791: 790,
  1000: 16,
  1001: 17,
  1005: 21,
  1007: 23,
  1008: 24,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1017: 600,
  1021: 700,
  1022: 701,
  1028: 26,
  1040: 829,
  1041: 869,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1187: 1186,
  // An array of `numeric` has numbers, unlike a `numeric` alone.
  1231: 701,
  1270: 1266,
  2951: 2950,
  3807: 3802,
  3907: 3906,
};

/**
 * How `pg` reads values, without the package that it reads them by: that one cannot be loaded where there is no `Buffer`.
 *
 * Bytes are a `Buffer`, and a plain `Uint8Array` in a runtime without it. Whatever is not known stays text.
 *
 * @see https://github.com/brianc/node-pg-types with which the tests compare every type
 */
export const pgTypes: TypeParsers = {
  getTypeParser: (oid) => {
    const element = elementTypes[oid];
    return element === undefined ? parserOf(oid) : (text) => parseArray(text, parserOf(element));
  },
};

const parserOf = (oid: number): Parser => ofScalars[oid] ?? String;

function toBytes(text: string): Uint8Array {
  const pairs = text.slice(2).match(/../g) ?? [];
  const bytes = Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));

  return globalThis.Buffer ? Buffer.from(bytes.buffer) : bytes;
}

/** `(1,2)` */
function toPoint(text: string): { x: number; y: number } {
  const [x, y] = numbersIn(text);
  return { x: x!, y: y! };
}

/** `<(1,2),3>` */
function toCircle(text: string): { x: number; y: number; radius: number } {
  const [x, y, radius] = numbersIn(text);
  return { x: x!, y: y!, radius: radius! };
}

const numbersIn = (text: string): number[] =>
  text
    .replace(/[()<>]/g, '')
    .split(',')
    .map(Number.parseFloat);

/** With the parts that are not zero, as `pg` has it. */
function toInterval(text: string): object {
  const interval = parseInterval(text);
  const parts = Object.keys(interval) as (keyof typeof interval)[];

  for (const part of parts.filter((each) => interval[each] === 0)) {
    Reflect.deleteProperty(interval, part);
  }

  return interval;
}
