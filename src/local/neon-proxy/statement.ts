import { DatabaseError, type FieldDef, type PoolClient, Query, type QueryArrayConfig } from 'pg';
import { rowToJson } from './json-row.js';
import type { Statement } from './request-body.js';
import { RequestError } from './request-error.js';
import type { ResponseLimit } from './response-limit.js';

/** How a request wants its rows. */
export interface Output {
  /** Rows as arrays instead of objects, for statements that do not say. */
  arrayMode: boolean;
  /** Values as PostgreSQL's text, or else as JSON where JSON has the type. */
  rawText: boolean;
}

/** The messages that begin a copy. Neon has no place for its data in a response. */
const copyMessages = ['copyInResponse', 'copyOutResponse'];

/**
 * Runs one statement, and returns the JSON text of its result.
 *
 * The extended protocol is used for all of them, as it takes one statement at a time. After a failure the connection is in
 * no known state.
 *
 * @throws {DatabaseError} as PostgreSQL reports it.
 * @throws {RequestError} if the statement copies, the result is over the limit, or the connection ends.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export async function runStatement(
  client: PoolClient,
  { text, values, arrayMode }: Statement,
  output: Output,
  limit: ResponseLimit,
): Promise<string> {
  const rowAsArray = arrayMode ?? output.arrayMode;
  const config: QueryArrayConfig & { queryMode: 'extended' } = {
    text,
    values,
    rowMode: 'array',
    queryMode: 'extended',
  };
  const query = new Query<(string | null)[]>(config);
  const rows: string[] = [];
  const refuseCopy = () => query.emit('error', new RequestError(400, 'unexpected message from server'));
  copyMessages.forEach((name) => void client.connection.once(name, refuseCopy));

  try {
    return await new Promise<string>((resolve, reject) => {
      query.on('error', reject);
      query.on('row', (row, result) => {
        try {
          rows.push(limit.take(rowToJson(row, result!.fields, rowAsArray, output.rawText)));
        } catch (error) {
          reject(error);
        }
      });
      query.on('end', ({ fields, command, rowCount }) => {
        resolve(resultToJson(fields, rows, command, rowCount, rowAsArray));
      });
      client.query(query);
    });
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof RequestError) {
      throw error;
    }

    throw new RequestError(400, 'the connection to PostgreSQL ended before the query did');
  } finally {
    copyMessages.forEach((name) => void client.connection.off(name, refuseCopy));
  }
}

/** The keys are all that Neon sends: the driver hands a result on as it is. */
const resultToJson = (
  fields: FieldDef[],
  rows: string[],
  command: string | null,
  rowCount: number | null,
  rowAsArray: boolean,
): string =>
  `{"fields":${JSON.stringify(fields)},"rows":[${rows.join(',')}],"command":${JSON.stringify(command ?? '')},` +
  `"rowCount":${rowCount},"rowAsArray":${rowAsArray}}`;
