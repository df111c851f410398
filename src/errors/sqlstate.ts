/** What PostgreSQL says of an error, as far as the driver passed it on. */
export interface PostgresErrorFields {
  /** What carries the fields. */
  error: object;
  /** The five characters of the SQLSTATE. */
  code: string;
  constraint?: string;
  detail?: string;
}

/** No real chain of causes is this long; a getter that invents a new cause on each read would never end. */
const longestChain = 10_000;

/** Five capitals or digits, at least one digit: so that system codes such as EPIPE do not pass for a SQLSTATE. */
const sqlState = /^(?=.*\d)[0-9A-Z]{5}$/;

/**
 * Finds PostgreSQL's error fields on anything that was thrown: `pg` and Neon errors carry them, MikroORM copies them,
 * other libraries wrap the error as `cause`. The outermost error that has a SQLSTATE wins.
 *
 * Never throws, whatever it is given.
 *
 * @see https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
export function findPostgresError(error: unknown): PostgresErrorFields | undefined {
  for (const cause of causesOf(error)) {
    const code = readText(cause, 'code');

    if (code && sqlState.test(code)) {
      const constraint = readText(cause, 'constraint');
      const detail = findDetail(cause, code);

      return { error: cause, code, ...(constraint && { constraint }), ...(detail && { detail }) };
    }
  }

  return undefined;
}

/** An error that does not show its detail has a cause with the same SQLSTATE that keeps it. */
function findDetail(error: object, code: string): string | undefined {
  for (const cause of causesOf(error)) {
    const detail = readText(cause, 'code') === code ? detailOf(cause) : undefined;

    if (detail) {
      return detail;
    }
  }

  return undefined;
}

/** The details of errors that have none among their properties. */
const hiddenDetails = new WeakMap<object, string>();

/** Keeps an error's detail for {@link detailOf} alone. */
export function hideDetail(error: object, detail: string | undefined): void {
  detail && hiddenDetails.set(error, detail);
}

/** PostgreSQL's detail of this very error, hidden or not. */
export const detailOf = (error: object): string | undefined => hiddenDetails.get(error) ?? readText(error, 'detail');

/** The error itself, then its cause, then that one's, each once. Never throws. */
export function* causesOf(error: unknown): Generator<object> {
  const seen = new Set<object>();
  let current = error;

  while (isObject(current) && !seen.has(current) && seen.size < longestChain) {
    seen.add(current);
    yield current;
    current = read(current, 'cause');
  }
}

/** A property that is a non-empty string, or `undefined`. Never throws. */
export function readText(target: object, key: string): string | undefined {
  const value = read(target, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function read(target: object, key: string): unknown {
  try {
    return Reflect.get(target, key);
  } catch {
    return undefined;
  }
}
