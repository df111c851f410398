import type { PoolClient } from 'pg';
import type { Statement } from './request-body.js';
import type { ResponseLimit } from './response-limit.js';
import { type Output, runStatement } from './statement.js';

/** The transaction that a batch asks for. */
export interface TransactionOptions {
  isolationLevel: IsolationLevel | undefined;
  isReadOnly: boolean;
  isDeferrable: boolean;
}

export type IsolationLevel = keyof typeof isolationLevels;

/** By their names in the `Neon-Batch-Isolation-Level` header. */
export const isolationLevels = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
} as const;

/**
 * Runs the statements one after the other in a transaction, and returns the JSON text of all results.
 *
 * A statement that ends the transaction is not refused: those that follow it are then committed each by itself, as on
 * Neon. After a failure the transaction ends with its connection.
 *
 * @throws whatever {@link runStatement} does, and PostgreSQL's error if the commit fails.
 */
export async function runBatch(
  client: PoolClient,
  statements: Statement[],
  options: TransactionOptions,
  output: Output,
  limit: ResponseLimit,
): Promise<string> {
  const results: string[] = [];
  await client.query(`start transaction ${modesOf(options)}`);

  for (const statement of statements) {
    results.push(await runStatement(client, statement, output, limit));
  }

  await client.query('commit');
  return `{"results":[${results.join(',')}]}`;
}

const modesOf = ({ isolationLevel, isReadOnly, isDeferrable }: TransactionOptions): string =>
  [
    isolationLevel && `isolation level ${isolationLevels[isolationLevel]}`,
    isReadOnly && 'read only',
    isDeferrable && 'deferrable',
  ]
    .filter(Boolean)
    .join(', ');
