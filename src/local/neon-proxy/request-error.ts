import type { DatabaseError } from 'pg';

/** What the proxy answers instead of a result: a status, and the error object that the driver reads. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The error that PostgreSQL reported, if one did. */
    readonly report?: DatabaseError,
  ) {
    super(message);
  }
}

/**
 * The error object of a response: always the same keys, `null` where PostgreSQL said nothing.
 *
 * Without a report of PostgreSQL `code` and `severity` are empty, as Neon has them.
 *
 * @see https://github.com/neondatabase/serverless/blob/main/src/httpQuery.ts for the keys that the driver copies
 */
export const errorBody = (message: string, report?: DatabaseError): Record<string, string | null> => ({
  message,
  code: report?.code ?? '',
  detail: report?.detail ?? null,
  hint: report?.hint ?? null,
  position: report?.position ?? null,
  internalPosition: report?.internalPosition ?? null,
  internalQuery: report?.internalQuery ?? null,
  severity: report?.severity ?? '',
  where: report?.where ?? null,
  table: report?.table ?? null,
  column: report?.column ?? null,
  schema: report?.schema ?? null,
  dataType: report?.dataType ?? null,
  constraint: report?.constraint ?? null,
  file: report?.file ?? null,
  line: report?.line ?? null,
  routine: report?.routine ?? null,
});
