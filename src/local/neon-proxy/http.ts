import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseError } from 'pg';
import { type IsolationLevel, isolationLevels, runBatch, type TransactionOptions } from './batch.js';
import { missingPassword, parseConnectionString } from './connection-string.js';
import { refusalReason } from './loopback.js';
import { parseBody, readBody } from './request-body.js';
import { errorBody, RequestError } from './request-error.js';
import { ResponseLimit } from './response-limit.js';
import type { Sessions } from './sessions.js';
import { runStatements } from './statements.js';

/** What the HTTP side works with. */
export interface HttpOptions {
  sessions: Sessions;
  maxRequestBytes: number;
  maxResponseBytes: number;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** JSON text. */
  body?: string;
}

/**
 * Answers a request as Neon's SQL over HTTP does, but without CORS headers: a browser hands no page an answer.
 *
 * @see https://neon.com/docs/serverless/serverless-driver
 */
export async function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const { status, headers, body = '' } = await replyTo(request, response, options).catch(toReply);

  response.writeHead(status, {
    ...(body && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
    'neon-request-id': randomUUID(),
    ...headers,
  });
  response.end(body);
}

async function replyTo(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<Reply> {
  const reason = refusalReason(request);

  if (reason) {
    throw new RequestError(403, reason);
  }

  switch (`${request.method} ${request.url?.split('?')[0]}`) {
    case 'POST /sql':
      return runRequest(request, response, options);
    case 'OPTIONS /sql':
      return { status: 200, headers: { allow: 'OPTIONS, POST' } };
    default:
      return { status: 400, body: JSON.stringify('query is not supported') };
  }
}

async function runRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { sessions, maxRequestBytes, maxResponseBytes }: HttpOptions,
): Promise<Reply> {
  const { headers } = request;

  // A token is for Neon's authorization service, which is another server.
  if (headers.authorization !== undefined) {
    throw missingPassword();
  }

  const login = parseConnectionString(headers['neon-connection-string']);
  const transaction = readTransactionOptions(headers);
  const output = { arrayMode: isTrue(headers['neon-array-mode']), rawText: isTrue(headers['neon-raw-text-output']) };
  const signal = abortSignal(response);
  const body = parseBody(await readBody(request, maxRequestBytes));
  const limit = new ResponseLimit(maxResponseBytes);

  return Array.isArray(body)
    ? {
        status: 200,
        headers: echo(transaction),
        body: await sessions.use(
          login,
          signal,
          (client) => runBatch(client, body, transaction, output, limit),
          'commit',
        ),
      }
    : {
        status: 200,
        body: await sessions.use(login, signal, async (client) => {
          const [result] = await runStatements(client, [body], output, limit);
          return result!;
        }),
      };
}

function readTransactionOptions(headers: IncomingMessage['headers']): TransactionOptions {
  const isolationLevel = headers['neon-batch-isolation-level'];

  if (isolationLevel !== undefined && !Object.hasOwn(isolationLevels, String(isolationLevel))) {
    throw new RequestError(400, 'invalid isolation level');
  }

  return {
    isolationLevel: isolationLevel as IsolationLevel | undefined,
    isReadOnly: isTrue(headers['neon-batch-read-only']),
    isDeferrable: isTrue(headers['neon-batch-deferrable']),
  };
}

const echo = ({ isolationLevel, isReadOnly, isDeferrable }: TransactionOptions): Record<string, string> => ({
  ...(isolationLevel && { 'neon-batch-isolation-level': isolationLevel }),
  ...(isReadOnly && { 'neon-batch-read-only': 'true' }),
  ...(isDeferrable && { 'neon-batch-deferrable': 'true' }),
});

const isTrue = (header: string | string[] | undefined): boolean => header === 'true';

/** Aborts when the client goes before it has its answer. */
function abortSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

function toReply(error: unknown): Reply {
  if (error instanceof RequestError) {
    return { status: error.status, body: JSON.stringify(errorBody(error.message, error.report)) };
  }

  if (error instanceof DatabaseError) {
    return { status: 400, body: JSON.stringify(errorBody(error.message, error)) };
  }

  return { status: 500, body: JSON.stringify({ msg: 'internal server error' }) };
}
