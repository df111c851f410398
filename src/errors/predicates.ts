import { findPostgresError } from './sqlstate.js';

/** True for SQLSTATE 23505: the row would repeat a value that must be unique. */
export const isUniqueViolation = (error: unknown): boolean => findPostgresError(error)?.code === '23505';

/**
 * True for SQLSTATE 23503 and 23001: a referenced row does not exist, or a row that is still referenced would go.
 *
 * PostgreSQL 18 reports the latter as 23001 where the reference restricts deletion, older ones as 23503.
 */
export const isForeignKeyViolation = (error: unknown): boolean =>
  ['23503', '23001'].includes(findPostgresError(error)?.code ?? '');

/** True for SQLSTATE 23502: a required column was left empty. */
export const isNotNullViolation = (error: unknown): boolean => findPostgresError(error)?.code === '23502';

/** True for SQLSTATE 23514: a value is outside what a CHECK allows. */
export const isCheckViolation = (error: unknown): boolean => findPostgresError(error)?.code === '23514';

/** The name of the violated constraint, where PostgreSQL reports one. It reports none for a not-null violation. */
export const getConstraintName = (error: unknown): string | undefined => findPostgresError(error)?.constraint;

/**
 * PostgreSQL's detail of the error, such as `Key (email)=(ada@example.org) already exists.`
 *
 * It quotes the row's values: use it to decide, do not show or log it.
 */
export const getErrorDetail = (error: unknown): string | undefined => findPostgresError(error)?.detail;
