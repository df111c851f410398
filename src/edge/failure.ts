import { type ConnectionFailure, explainConnectionFailure } from '../errors/connection-failure.js';
import { ConnectionFailedError } from '../errors/database-error.js';
import { PostgresError } from '../errors/postgres-error.js';
import { QueryFailedError, type QueryFailureContext } from '../errors/query-failed-error.js';
import { causesOf, readText } from '../errors/sqlstate.js';
import type { Failure } from './attempts.js';
import { NeonRefusal } from './neon-endpoint.js';

const unknownOutcome = 'Whether the statement was carried out is unknown.';

/** Errors of the login: PostgreSQL reports them before it looks at a statement. */
const loginFailures = /^(28...|3D000|53300|57P03)$/;

/** Codes of a connection that was never made: nothing was sent over it. */
const neverConnected = /^(EAI_AGAIN|ECONNREFUSED|ENOTFOUND|UND_ERR_CONNECT_TIMEOUT)$/;

/** Why Node's fetch fails, where it has codes of its own. */
const fetchFailures: Record<string, ConnectionFailure> = {
  UND_ERR_CONNECT_TIMEOUT: { reason: 'the host does not respond', isRetryable: true },
  UND_ERR_SOCKET: { reason: 'the connection was closed', isRetryable: false },
};

/** What Neon's proxy says before it has a connection to the database, and whether waiting helps. */
const proxyFailures: [RegExp, string, boolean][] = [
  [/^password authentication failed/, 'user or password is wrong', false],
  [/^missing authentication credentials/, 'the password is missing', false],
  [/is not allowed to connect/, 'connections from this address are not allowed', false],
  [/endpoint (cannot be found|is disabled)/, 'the endpoint is disabled or unknown', false],
  [/quota/i, 'the endpoint is unavailable, perhaps because a quota is exhausted', false],
  [/^couldn't connect to compute node/i, 'the compute is not reachable, it may be waking up', true],
  [/^couldn't connect to PostgreSQL/, 'the proxy cannot connect to the server', true],
  [/^control plane request failed/i, 'the compute could not be woken', true],
  [/^too many connections? attempts|too many database connection attempts/i, 'too many connection attempts', true],
];

/**
 * Turns what a request threw into this package's errors, which hold neither the URL nor a value.
 *
 * @param description which database it was
 * @param attempts how many tries it took
 */
export function explainFailure(
  thrown: unknown,
  description: string,
  attempts: number,
  context: (source: object) => QueryFailureContext,
): Failure {
  if (!(thrown instanceof NeonRefusal)) {
    return explainNetworkFailure(thrown);
  }

  const { status, answer } = thrown;

  if (status === 413) {
    return refused('the request is larger than Neon allows. Send less at a time');
  }

  if (status === 507) {
    return refused(`the answer is larger than Neon allows. Ask for less at a time. ${unknownOutcome.slice(0, -1)}`);
  }

  const sqlState = readText(answer, 'code');

  if (sqlState && (status !== 400 || loginFailures.test(sqlState))) {
    const { reason, isRetryable } = explainConnectionFailure({ code: sqlState });
    return noAnswer(reason, isRetryable, new PostgresError(answer));
  }

  if (sqlState) {
    return { error: new QueryFailedError(answer, context(answer)) };
  }

  const text = readText(answer, 'message') ?? '';
  const known = proxyFailures.find(([pattern]) => pattern.test(text));

  if (known) {
    return noAnswer(known[1], known[2]);
  }

  if (status !== 400) {
    return lost(`HTTP status ${status} came instead`);
  }

  return text === 'unexpected message from server'
    ? refused('COPY is not possible over HTTP')
    : lost('something else came from Neon’s proxy');

  function explainNetworkFailure(sourceError: unknown): Failure {
    if (sourceError instanceof SyntaxError) {
      return lost('it could not be read');
    }

    const causes = [...causesOf(sourceError)];
    const codes = causes.map((cause) => readText(cause, 'code')).filter((text) => text !== undefined);
    const byFetch = codes.map((text) => fetchFailures[text]).find(Boolean);
    const { reason, isRetryable } = byFetch ?? explainConnectionFailure(sourceError);
    const words = codes[0] && reason === 'for an unknown reason' ? `${reason} (${codes[0]})` : reason;
    const neverSent = causes.some((cause) => readText(cause, 'syscall') === 'connect');

    return neverSent || codes.some((text) => neverConnected.test(text)) ? noAnswer(words, isRetryable) : lost(words);
  }

  function refused(reason: string): Failure {
    return { error: new QueryFailedError({}, { ...context({}), reason }) };
  }

  function noAnswer(reason: string, isRetryable: boolean, cause?: PostgresError): Failure {
    const error = failed(`No answer from ${description}: ${reason}.`, isRetryable);
    return { error: cause ? Object.assign(error, { cause }) : error, retryReason: isRetryable ? reason : undefined };
  }

  function lost(reason: string): Failure {
    return { error: failed(`The answer of ${description} was lost: ${reason}. ${unknownOutcome}`, false) };
  }

  function failed(message: string, isRetryable: boolean): ConnectionFailedError {
    return new ConnectionFailedError(attempts > 1 ? `${message} Tried ${attempts} times.` : message, isRetryable);
  }
}
