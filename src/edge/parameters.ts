import { InvalidArgumentError } from '../errors/database-error.js';
import { tokensOf } from '../sql/tokens.js';
import { toText } from './value-text.js';

/** A value that is sent as JSON, made by {@link json}. */
export class JsonParameter {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The name by which drivers ask a value for what they send. */
  toPostgres(): string {
    return this.#text;
  }
}

/**
 * Marks a value as JSON, for a json or jsonb column whose placeholder has no cast.
 *
 * Only arrays, dates, texts and `null` need it: PostgreSQL would take an array for one of its own arrays.
 *
 * @throws {InvalidArgumentError} if JSON cannot express the value.
 */
export function json(value: unknown): JsonParameter {
  return new JsonParameter(stringify(value, 'value'));
}

/**
 * The values as they are sent.
 *
 * @throws {InvalidArgumentError} for a value that has no form in SQL. Names the placeholder, not the value.
 */
export function prepareParameters(sql: string, parameters: readonly unknown[]): (string | null)[] {
  const asJson = parameters.some(needsJsonWhereCast) ? jsonPlaceholders(sql) : new Set();

  return parameters.map((value, index) => {
    const name = `$${index + 1}`;
    return toText(needsJsonWhereCast(value) && asJson.has(name) ? stringify(value, name) : prepare(value, name));
  });
}

const needsJsonWhereCast = (value: unknown): boolean => Array.isArray(value) || value instanceof Date;

function prepare(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => prepare(element, name));
  }

  if (value instanceof JsonParameter) {
    return value.toPostgres();
  }

  if (value instanceof ArrayBuffer) {
    return new Uint8Array(value);
  }

  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new InvalidArgumentError(name, `The value for ${name} is a ${typeof value}, which has no form in SQL.`);
  }

  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) {
    return value;
  }

  if ('then' in value) {
    throw new InvalidArgumentError(name, `The value for ${name} is a promise or a query. Await it first.`);
  }

  return 'toPostgres' in value && typeof value.toPostgres === 'function'
    ? prepare(
        value.toPostgres((inner: unknown) => prepare(inner, name)),
        name,
      )
    : stringify(value, name);
}

function stringify(value: unknown, name: string): string {
  let text: string | undefined;

  try {
    text = JSON.stringify(value);
  } catch {
    // Its message may quote the value.
  }

  if (text === undefined) {
    throw new InvalidArgumentError(
      name,
      `JSON cannot express the value for ${name}: it has a cycle, a bigint or no data.`,
    );
  }

  return text;
}

/** The placeholders that the statement casts to json or jsonb, directly: `$1::jsonb` and `cast($1 as jsonb)`. */
function jsonPlaceholders(sql: string): Set<string> {
  const tokens = [...tokensOf(sql)].map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text));
  const isJson = (index: number) =>
    /^jsonb?$/.test(tokens[index] ?? '') && tokens[index + 1] !== '[' && tokens[index + 1] !== 'array';

  return new Set(
    tokens.filter(
      (_, index) =>
        (tokens[index + 1] === '::' && isJson(index + 2)) ||
        (tokens[index + 1] === 'as' && tokens[index - 1] === '(' && tokens[index - 2] === 'cast' && isJson(index + 2)),
    ),
  );
}
