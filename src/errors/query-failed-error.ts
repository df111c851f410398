import { DatabaseError } from './database-error.js';
import { readText } from './sqlstate.js';

/** What PostgreSQL's protocol calls the fields of an error, apart from its message. */
export const postgresFieldNames = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/** Each field of an error as PostgreSQL sent it, or `undefined`. */
export type PostgresFields = Readonly<Partial<Record<(typeof postgresFieldNames)[number], string>>>;

export interface PostgresError extends PostgresFields {}

/**
 * What PostgreSQL said of an error, for code to read.
 *
 * Its detail, its context and its own words may quote values of rows, so none of the fields shows in the message, in JSON
 * or when the error is printed.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the fields are getters that the static block defines.
export class PostgresError extends Error {
  readonly #fields: PostgresFields;
  readonly #serverMessage: string | undefined;

  static {
    for (const name of postgresFieldNames) {
      Object.defineProperty(PostgresError.prototype, name, {
        get(this: PostgresError) {
          return this.#fields[name];
        },
      });
    }
  }

  /** @param source anything that carries PostgreSQL's fields, such as a driver's error */
  constructor(source: object) {
    super(`SQLSTATE ${readText(source, 'code') ?? 'unknown'}`);
    this.#fields = Object.fromEntries(postgresFieldNames.map((name) => [name, readText(source, name)]));
    this.#serverMessage = readText(source, 'message');
  }

  override get name(): string {
    return 'PostgresError';
  }

  /** PostgreSQL's own words. They may quote a value: use them to decide, do not show or log them. */
  get serverMessage(): string | undefined {
    return this.#serverMessage;
  }
}

/** What is known of a failed query besides PostgreSQL's own fields. */
export interface QueryFailureContext {
  /** Which statement of a batch failed, counted from 0; `undefined` where that is not certain. */
  statementIndex?: number | undefined;
  /** Whether the statement was part of a batch. */
  isBatch?: boolean;
  /** The word of the statement's own text at which PostgreSQL stopped. */
  near?: string | undefined;
  /** In words, for failures without a SQLSTATE. */
  reason?: string;
}

/**
 * The database, or Neon's proxy before it, refused a statement.
 *
 * {@link isUniqueViolation} and the other predicates work on it; `cause` is a {@link PostgresError}.
 */
export class QueryFailedError extends DatabaseError {
  override readonly code = 'QUERY_FAILED';
  override readonly isRetryable: boolean;

  /** PostgreSQL's error code, such as 23505; `undefined` where the proxy refused the statement. */
  readonly sqlState: string | undefined;
  readonly severity: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  /** Which statement of a batch failed, counted from 0; `undefined` outside a batch and where it is not certain. */
  readonly statementIndex: number | undefined;

  /** @param source anything that carries PostgreSQL's fields, such as a driver's error */
  constructor(source: object, context: QueryFailureContext = {}) {
    const cause = new PostgresError(source);
    super(describe(cause, context), { cause });
    this.isRetryable = retryable.has(cause.code ?? '');
    this.sqlState = cause.code;
    this.severity = cause.severity;
    this.schema = cause.schema;
    this.table = cause.table;
    this.column = cause.column;
    this.constraint = cause.constraint;
    this.statementIndex = context.statementIndex;
  }
}

/**
 * What may pass by itself and certainly left nothing behind: the transaction lost against another (40001, 40P01, 55P03),
 * resources ran out (53000 to 53300), or no connection was made at all (08001, 08004, 57P03).
 *
 * Not here although they pass: a connection that broke (08006) or was cut (57P01, 57P02), because the commit may have
 * gone through before; 08P01 and 53400, because the same call fails again.
 */
const retryable = new Set('40001 40P01 55P03 53000 53100 53200 53300 08001 08004 57P03'.split(' '));

/** The conditions that users meet most, in words. */
const conditions: Record<string, string> = {
  '08P01': 'protocol violation, often a wrong number of parameters',
  '22P02': 'malformed value for its type',
  '23001': 'foreign-key violation',
  '23502': 'not-null violation',
  '23503': 'foreign-key violation',
  '23505': 'unique violation',
  '23514': 'check violation',
  '25006': 'write in a read-only transaction',
  '40001': 'serialization failure',
  '40P01': 'deadlock',
  '42501': 'permission denied',
  '42601': 'syntax error',
  '42703': 'no such column',
  '42883': 'no such function or operator',
  '42P01': 'no such table',
  '55P03': 'lock not available',
  '57014': 'canceled, on request or by a time limit of the database',
  '57P01': 'shutdown of the server; whether the statement was carried out is unknown',
};

function describe(fields: PostgresFields, { statementIndex, isBatch, near, reason }: QueryFailureContext): string {
  const { code = '', constraint, column, schema, table } = fields;
  const subject = isBatch
    ? statementIndex === undefined
      ? 'a statement of the batch'
      : `statement [${statementIndex}] of the batch`
    : 'the statement';
  const condition = reason ?? (conditions[code] ? `${conditions[code]} (SQLSTATE ${code})` : `SQLSTATE ${code}`);
  const places = [
    constraint && `constraint ${constraint}`,
    column && `column ${column}`,
    table && `table ${schema && schema !== 'public' ? `${schema}.` : ''}${table}`,
  ].filter(Boolean);

  return `The database refused ${subject}: ${condition}${near ? ` at ${near}` : ''}${places.length > 0 ? `, ${places.join(' on ')}` : ''}.`;
}
