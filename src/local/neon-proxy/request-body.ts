import type { IncomingMessage } from 'node:http';
import { RequestError } from './request-error.js';
import { parseExactly, toTextParam } from './text-params.js';

/** One statement of a request. */
export interface Statement {
  text: string;
  values: (string | null)[];
  /** Whether its rows come as arrays, if the request says so for this statement. */
  arrayMode: boolean | undefined;
}

/** The statement of a request, or the statements of its batch. */
export type RequestBody = Statement | Statement[];

/** Most parameters that the protocol can count. */
const maxParams = 65_535;

/**
 * Reads a request's body.
 *
 * @throws {RequestError} 413 if it is longer than `maxBytes`.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;

  // Read to its end though it be too long: a client that still sends would not see the answer.
  for await (const chunk of request) {
    size += chunk.length;

    if (size <= maxBytes) {
      chunks.push(chunk);
    }
  }

  if (size > maxBytes) {
    throw new RequestError(413, `request is too large (max is ${maxBytes} bytes)`);
  }

  return Buffer.concat(chunks);
}

/**
 * Parses a body as JSON, whatever its content type: the driver sends none.
 *
 * @throws {RequestError} for anything but a statement or a batch. The text does not repeat any of the body.
 */
export function parseBody(bytes: Buffer): RequestBody {
  const json = decode(bytes);
  const body = parse(json, JSON.parse);
  const isPlain = [body.queries ?? body].flat().every(hasOnlyText);

  return toRequestBody(isPlain ? body : parse(json, parseExactly));
}

function toRequestBody(body: Record<string, unknown>): RequestBody {
  if (body.query !== undefined) {
    return toStatement(body);
  }

  if (!Array.isArray(body.queries)) {
    throw malformed('it has neither query nor queries');
  }

  return body.queries.map((query) => (isObject(query) ? toStatement(query) : toStatement({})));
}

function toStatement({ query, params = [], arrayMode }: Record<string, unknown>): Statement {
  if (typeof query !== 'string') {
    throw malformed('query must be a string');
  }

  if (!Array.isArray(params)) {
    throw malformed('params must be an array');
  }

  if (typeof (arrayMode ?? false) !== 'boolean') {
    throw malformed('arrayMode must be true or false');
  }

  if (query.includes('\0')) {
    throw new RequestError(400, 'the query contains a NUL character, which ends a text for PostgreSQL');
  }

  if (params.length > maxParams) {
    throw new RequestError(400, `too many params: ${params.length} (max is ${maxParams})`);
  }

  return { text: query, values: params.map(toTextParam), arrayMode: (arrayMode as boolean | null) ?? undefined };
}

/** What the driver sends. Only for other values the body has to be parsed a second time, and slowly. */
const hasOnlyText = (statement: unknown): boolean =>
  isObject(statement) &&
  Array.isArray(statement.params ?? []) &&
  ((statement.params ?? []) as unknown[]).every((value) => value === null || typeof value === 'string');

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('it is not UTF-8');
  }
}

function parse(json: string, parser: (json: string) => unknown): Record<string, unknown> {
  let body: unknown;

  try {
    body = parser(json);
  } catch (error) {
    throw malformed(error instanceof RangeError ? 'it is nested too deeply' : 'it is not JSON');
  }

  if (!isObject(body)) {
    throw malformed('it is not a JSON object');
  }

  return body;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (reason: string): RequestError =>
  new RequestError(400, `could not parse the HTTP request body: ${reason}`);
