import type { PoolClient } from 'pg';
import { findTransactionControl } from '../../edge/statement-kind.js';
import type { Statement } from './request-body.js';
import type { ResponseLimit } from './response-limit.js';
import { type Output, runStatements } from './statements.js';

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
 * Runs the statements one after the other in a transaction, and returns the JSON text of all results. The transaction is
 * left open: what turns out to be over the limit must not be committed.
 *
 * A statement that ends the transaction is not refused: those that follow it are then committed each by itself, as on
 * Neon. After a failure the transaction ends with its connection.
 *
 * Neon sends each statement when it has the result of the one before. Here they are sent together where nobody can tell
 * the difference, which is wherever no statement is transaction control.
 *
 * @throws whatever {@link runStatements} does.
 */
export async function runBatch(
  client: PoolClient,
  statements: Statement[],
  options: TransactionOptions,
  output: Output,
  limit: ResponseLimit,
): Promise<string> {
  const start: Statement = { text: `start transaction ${modesOf(options)}`, values: [], arrayMode: undefined };
  const all = [start, ...statements];
  const groups = statements.some(({ text }) => findTransactionControl(text)) ? all.map((each) => [each]) : [all];
  const results: string[] = [];

  for (const group of groups) {
    results.push(...(await runStatements(client, group, output, limit)));
  }

  return `{"results":[${results.slice(1).join(',')}]}`;
}

const modesOf = ({ isolationLevel, isReadOnly, isDeferrable }: TransactionOptions): string =>
  [
    isolationLevel && `isolation level ${isolationLevels[isolationLevel]}`,
    isReadOnly && 'read only',
    isDeferrable && 'deferrable',
  ]
    .filter(Boolean)
    .join(', ');
