/** Where a database is asked over HTTP. */
export interface NeonEndpoint {
  /** The address that takes the queries. */
  url: string;
  /** Login and database, as a header carries them. */
  connectionString: string;
}

/** One statement as it is sent: every value as text. */
export interface NeonQuery {
  query: string;
  params: (string | null)[];
}

/** What comes back for a statement: every value as PostgreSQL's text. */
export interface NeonResult {
  fields: { name: string; dataTypeID: number }[];
  rows: (string | null)[][];
  /** The first word of the command tag. */
  command: string;
  rowCount: number | null;
}

/** How a batch's transaction runs, in Neon's words. */
export interface NeonBatchMode {
  isolationLevel?: 'ReadUncommitted' | 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
  readOnly?: boolean;
  deferrable?: boolean;
}

/** An answer that is no result. For code to read: its text may quote values. */
export class NeonRefusal extends Error {
  constructor(
    readonly status: number,
    /** The error object, or an empty one if it was none. */
    readonly answer: object,
  ) {
    super(`Neon’s proxy answered with HTTP status ${status}.`);
  }
}

/**
 * Sends a statement or, with a mode, a batch, in one request.
 *
 * Says the same as Neon's own driver, which weighs ten times as much: it has PostgreSQL's whole protocol for WebSockets.
 *
 * @throws {NeonRefusal} if the database or the proxy refuses.
 * @throws {SyntaxError} if the answer is something else.
 * @throws what `fetch` throws if there is no answer.
 *
 * @see https://github.com/neondatabase/serverless for the driver, whose requests the tests compare with these
 */
export async function askNeon(
  { url, connectionString }: NeonEndpoint,
  queries: NeonQuery[],
  mode: NeonBatchMode | undefined,
  signal: AbortSignal,
): Promise<NeonResult[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Neon-Connection-String': connectionString,
      'Neon-Raw-Text-Output': 'true',
      'Neon-Array-Mode': 'true',
      ...(mode && batchHeaders(mode)),
    },
    body: JSON.stringify(mode ? { queries } : queries[0]),
    // The login must not follow to another host.
    redirect: 'manual',
    signal,
  });

  if (!response.ok) {
    throw new NeonRefusal(response.status, readErrorObject(await response.text()));
  }

  const answer: any = await response.json();
  const results = mode ? answer?.results : [answer];

  if (!Array.isArray(results) || results.length !== queries.length || !results.every(isResult)) {
    throw new SyntaxError('The answer is no result.');
  }

  return results;
}

function isResult(result: any): boolean {
  const { fields, rows } = result ?? {};
  return (
    Array.isArray(fields) &&
    fields.every((field) => typeof field?.name === 'string') &&
    Array.isArray(rows) &&
    rows.every((row) => Array.isArray(row) && row.length === fields.length)
  );
}

function batchHeaders({ isolationLevel, readOnly, deferrable }: NeonBatchMode): Record<string, string> {
  return {
    ...(isolationLevel && { 'Neon-Batch-Isolation-Level': isolationLevel }),
    ...(readOnly !== undefined && { 'Neon-Batch-Read-Only': String(readOnly) }),
    ...(deferrable !== undefined && { 'Neon-Batch-Deferrable': String(deferrable) }),
  };
}

function readErrorObject(text: string): object {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {};
  }
}
