import { DatabaseError } from './database-error.js';

/**
 * The time for a call ran out before its answer came.
 *
 * The database is told to stop, but whether the statement was carried out is unknown: look before you repeat a write.
 */
export class QueryTimeoutError extends DatabaseError {
  override readonly code = 'QUERY_TIMEOUT';

  constructor(
    /** The limit, in milliseconds. */
    readonly timeoutMs: number,
  ) {
    super(
      `No answer within ${timeoutMs} ms. Whether the statement was carried out is unknown. Give it more time by timeoutMs, or make it faster.`,
    );
  }
}
