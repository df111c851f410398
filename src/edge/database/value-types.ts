import type { TypeParsers } from '../result.js';
import { pgTypes } from '../value-types.js';

/** OIDs as in PostgreSQL's `pg_type`. */
const INT8 = 20;
const JSON_TEXT = 114;
const JSON_TEXT_ARRAY = 199;
const INT8_ARRAY = 1016;
const TEXT_ARRAY = 1009;
const DATE = 1082;
const DATE_ARRAY = 1182;
const TIMESTAMP = 1114;
const TIMESTAMP_ARRAY = 1115;
const TIMESTAMPTZ = 1184;
const TIMESTAMPTZ_ARRAY = 1185;
const NUMERIC_ARRAY = 1231;

/** What differs from the driver's own conversion. */
const ownParsers: Record<number, (text: string) => unknown> = {
  [INT8]: toInteger,
  [INT8_ARRAY]: (text) => mapDeep(parse(INT8_ARRAY, text), toInteger),
  // Rows that a query gathers are `json`, and their keys are columns. What a column holds is `jsonb` and stays as it is.
  [JSON_TEXT]: (text) => camelCaseKeys(parse(JSON_TEXT, text)),
  [JSON_TEXT_ARRAY]: (text) => camelCaseKeys(parse(JSON_TEXT_ARRAY, text)),
  [TIMESTAMPTZ]: (text) => toDate(parse(TIMESTAMPTZ, text)),
  [TIMESTAMPTZ_ARRAY]: (text) => mapDeep(parse(TIMESTAMPTZ_ARRAY, text), toDate),
  // Neither says in which time zone it is, so neither is a Date.
  [TIMESTAMP]: String,
  [TIMESTAMP_ARRAY]: (text) => parse(TEXT_ARRAY, text),
  [DATE]: String,
  [DATE_ARRAY]: (text) => parse(TEXT_ARRAY, text),
  [NUMERIC_ARRAY]: (text) => parse(TEXT_ARRAY, text),
};

/**
 * The values that the entities have: `timestamptz` is a `Date`, `bigint` a number. Beyond those `numeric`, `date` and
 * `timestamp` stay text, `json` and `jsonb` are parsed, `bytea` is bytes, and an array is one of all these.
 *
 * A parser throws a `RangeError` for a value that would not be exact: a `bigint` beyond 2^53 − 1, an infinite instant.
 */
export const valueTypes: TypeParsers = {
  getTypeParser: (oid) => ownParsers[oid] ?? pgTypes.getTypeParser(oid, 'text'),
};

const parse = (oid: number, text: string): unknown => pgTypes.getTypeParser(oid, 'text')(text);

function mapDeep(value: unknown, convert: (value: never) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => mapDeep(each, convert));
  }

  return value === null ? null : convert(value as never);
}

function camelCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(camelCaseKeys);
  }

  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [camelCase(key), camelCaseKeys(each)]))
    : value;
}

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function toInteger(text: string): number {
  const value = Number(text);

  if (!Number.isSafeInteger(value)) {
    throw new RangeError('A bigint is beyond what a number counts exactly. Select it as text: sql`….::text`.');
  }

  return value;
}

function toDate(value: unknown): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw new RangeError('An instant is infinite, or beyond what a Date holds. Select it as text: sql`….::text`.');
  }

  return value;
}
