export { sql } from 'kysely';
export type { ConnectionEnvironment, ConnectionMethod, ConnectionSettings } from '../config/connection-settings.js';
export { readConnectionSettings } from '../config/connection-settings.js';
export {
  ConfigurationError,
  ConnectionFailedError,
  DatabaseError,
  type DatabaseErrorCode,
  InvalidArgumentError,
  OutOfScopeError,
  ScopeNotEnforcedError,
  ScopeRefusedError,
  TransactionNotSupportedError,
} from '../errors/database-error.js';
export { PostgresError, type PostgresFields } from '../errors/postgres-error.js';
export {
  getConstraintName,
  getErrorDetail,
  isCheckViolation,
  isForeignKeyViolation,
  isNotNullViolation,
  isUniqueViolation,
} from '../errors/predicates.js';
export { QueryFailedError } from '../errors/query-failed-error.js';
export { QueryTimeoutError } from '../errors/query-timeout-error.js';
export { type Page, type PageRequest, type PageWindow, withPagination } from '../pagination/page.js';
export type { Scope } from '../scope/scope.js';
export type { Retry } from './attempts.js';
export type { IsolationLevel, TransactionMode } from './batch.js';
export { createEdgeDatabase, type EdgeDatabase, type EdgeDatabaseOptions, type EdgeTables } from './database/index.js';
export {
  type BatchOptions,
  type BatchResults,
  createHttpExecutor,
  type ExecuteOptions,
  type HttpExecutor,
  type HttpExecutorOptions,
  type QueryOptions,
} from './http-executor.js';
export { type JsonParameter, json } from './parameters.js';
export type { HttpField, HttpResult, RowMode, TypeParsers } from './result.js';
export type { ResultRow, SqlStatement, SqlTag, Statement } from './statement.js';
