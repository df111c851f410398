import { type Connection, DatabaseError, type FieldDef, type PoolClient, type Submittable } from 'pg';
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
 * Runs the statements in order, in one round trip, and returns the JSON text of each one's result.
 *
 * After one that fails the others are not run: PostgreSQL drops them. The extended protocol is used for all of them, as it
 * takes one statement at a time. After a failure the connection is in no known state.
 *
 * @param results where they are put. After a failure, those of the statements before it.
 * @throws {DatabaseError} as PostgreSQL reports it.
 * @throws {RequestError} if a statement copies, the results are over the limit, or the connection ends.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export async function runStatements(
  client: PoolClient,
  statements: Statement[],
  output: Output,
  limit: ResponseLimit,
  results: string[] = [],
): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const refuseCopy = () => reject(new RequestError(400, 'unexpected message from server'));
  copyMessages.forEach((name) => void client.connection.once(name, refuseCopy));
  client.query(new Pipeline(statements, output, limit, results, resolve, reject));

  try {
    return await promise;
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof RequestError) {
      throw error;
    }

    throw new RequestError(400, 'the connection to PostgreSQL ended before the query did');
  } finally {
    copyMessages.forEach((name) => void client.connection.off(name, refuseCopy));
  }
}

/** What `pg` sends and tells of the answers, under the names that it calls. */
class Pipeline implements Submittable {
  #fields: FieldDef[] = [];
  #rows: string[] = [];

  constructor(
    private readonly statements: Statement[],
    private readonly output: Output,
    private readonly limit: ResponseLimit,
    private readonly results: string[],
    private readonly resolve: (results: string[]) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.stream.cork();

    for (const { text, values } of this.statements) {
      connection.parse({ name: '', text, types: [] }, true);
      connection.bind({ values }, true);
      connection.describe({ type: 'P' }, true);
      connection.execute(null, true);
    }

    // Only at the end: up to here, PostgreSQL drops what follows a failure.
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields: row }: { fields: (string | null)[] }): void {
    try {
      this.#rows.push(this.limit.take(rowToJson(row, this.#fields, this.#rowAsArray, this.output.rawText)));
    } catch (error) {
      this.reject(error);
    }
  }

  handleCommandComplete({ text: tag }: { text: string }): void {
    const count = /\d+$/.exec(tag)?.[0];
    this.#finishResult(tag.split(' ')[0]!, count === undefined ? null : Number(count));
  }

  handleEmptyQuery(): void {
    this.#finishResult('', null);
  }

  handleReadyForQuery(): void {
    this.resolve(this.results);
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  /** Copies are refused, and their connection ends. */
  handleCopyInResponse(): void {}

  handleCopyData(): void {}

  /** The keys are all that Neon sends: the driver hands a result on as it is. */
  #finishResult(command: string, rowCount: number | null): void {
    this.results.push(
      `{"fields":${JSON.stringify(this.#fields)},"rows":[${this.#rows.join(',')}],"command":${JSON.stringify(command)},` +
        `"rowCount":${rowCount},"rowAsArray":${this.#rowAsArray}}`,
    );
    this.#fields = [];
    this.#rows = [];
  }

  get #rowAsArray(): boolean {
    return this.statements[this.results.length]?.arrayMode ?? this.output.arrayMode;
  }
}
