/**
 * Turns a parameter of the request into the text that PostgreSQL reads, as Neon does.
 *
 * The driver sends only strings and null. Other clients may send any JSON: an array becomes an array literal, everything
 * else its JSON text. Neon quotes an array's strings as JSON does, and PostgreSQL reads `\n` there as `n`: whoever sends
 * a line break in an array loses it here as there.
 */
export function toTextParam(value: unknown): string | null {
  if (value === null || typeof value === 'string') {
    return value;
  }

  return Array.isArray(value) ? toArrayLiteral(value) : JSON.stringify(value);
}

/** @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT */
const toArrayLiteral = (values: unknown[]): string => `{${values.map(toElement).join(',')}}`;

function toElement(value: unknown): string {
  if (value === null) {
    return 'NULL';
  }

  if (Array.isArray(value)) {
    return toArrayLiteral(value);
  }

  return isObject(value) ? JSON.stringify(JSON.stringify(value)) : JSON.stringify(value);
}

/** Parses JSON so that each number keeps its text: PostgreSQL's numbers have more digits than JavaScript's. */
export const parseExactly = (json: string): unknown =>
  JSON.parse(json, ((_key, value, context) =>
    typeof value === 'number' ? rawJSON(context.source) : value) satisfies Reviver as () => unknown);

const isObject = (value: unknown): boolean => typeof value === 'object' && !isRawJSON(value);

/** @see https://github.com/tc39/proposal-json-parse-with-source for what the type definitions do not know yet */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;
