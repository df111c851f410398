import { DatabaseError } from './database-error.js';
import { PostgresError } from './postgres-error.js';

/** What is known of a failed query besides PostgreSQL's own fields. */
export interface QueryFailureContext {
  /** Which statement of a batch failed, counted from 0; `undefined` where that is not certain. */
  statementIndex?: number | undefined;
  /** Whether the statement was part of a batch. */
  isBatch?: boolean;
  /** The word of the statement's own text at which PostgreSQL stopped. */
  near?: string | undefined;
  /** In words, in place of what the SQLSTATE says. */
  reason?: string | undefined;
  /** Whether there was no statement yet: the login was refused. */
  isLogin?: boolean;
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
    const cause = source instanceof PostgresError ? source : new PostgresError(source, context.near);
    super(describeFailure(cause, context), { cause });
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
  '0A000': 'not supported',
  '22001': 'text too long for its type',
  '22003': 'number out of range for its type',
  '22007': 'malformed date or time',
  '22008': 'date or time out of range',
  '22012': 'division by zero',
  '22023': 'parameter that is not allowed',
  '22021': 'text that is not valid in its encoding',
  '22P02': 'malformed value for its type',
  '23001': 'foreign-key violation',
  '23502': 'not-null violation',
  '23503': 'foreign-key violation',
  '23505': 'unique violation',
  '23514': 'check violation',
  '23P01': 'exclusion violation',
  '25006': 'write in a read-only transaction',
  '25P02': 'an earlier statement of the transaction has failed',
  '28000': 'login refused',
  '28P01': 'wrong user or password',
  '3D000': 'no such database',
  '3F000': 'no such schema',
  '40001': 'serialization failure',
  '40P01': 'deadlock',
  '42501': 'permission denied',
  '42601': 'syntax error',
  '42702': 'ambiguous column',
  '42703': 'no such column',
  '42704': 'no such object',
  '42803': 'column that is neither grouped nor aggregated',
  '42804': 'types that do not match',
  '42883': 'no such function or operator',
  '42P01': 'no such table',
  '42P07': 'table exists already',
  '53300': 'too many connections',
  '55P03': 'lock not available',
  '57014': 'canceled, on request or by a time limit of the database',
  '57P01': 'shutdown of the server; whether the statement was carried out is unknown',
  P0001: 'raised by a function or trigger',
};

/** Conditions that have no SQLSTATE of their own, by the routine of PostgreSQL that reports them. */
const conditionsOfRoutines: Record<string, string> = {
  ExecWithCheckOptions: 'row outside of what a policy or view allows to write',
  heap_truncate_check_FKs: 'truncate of a table that a foreign key refers to',
};

/** Says what happened and where, in words that hold no value. */
export function describeFailure(
  error: PostgresError,
  { statementIndex, isBatch, near = error.near, reason, isLogin }: QueryFailureContext = {},
): string {
  const { code = '', constraint, column, schema, table, routine = '' } = error;
  const subject = isBatch
    ? statementIndex === undefined
      ? 'a statement of the batch'
      : `statement [${statementIndex}] of the batch`
    : isLogin
      ? 'the connection'
      : 'the statement';
  const words = conditionsOfRoutines[routine] ?? conditions[code];
  const condition = reason ?? (words ? `${words} (SQLSTATE ${code})` : `SQLSTATE ${code}`);
  const places = [
    constraint && `constraint ${constraint}`,
    column && `column ${column}`,
    table && `table ${schema && schema !== 'public' ? `${schema}.` : ''}${table}`,
  ].filter(Boolean);

  return `The database refused ${subject}: ${condition}${near ? ` at ${near}` : ''}${places.length > 0 ? `, ${places.join(' on ')}` : ''}.`;
}
