import { InvalidArgumentError } from '../errors/database-error.js';
import type { NeonBatchMode } from './neon-endpoint.js';
import { readStatement, type Statement } from './statement.js';
import { findTransactionControl } from './statement-kind.js';

/** As in PostgreSQL, where `read uncommitted` acts as `read committed`. */
export type IsolationLevel = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable';

const levels = {
  'read uncommitted': 'ReadUncommitted',
  'read committed': 'ReadCommitted',
  'repeatable read': 'RepeatableRead',
  serializable: 'Serializable',
} as const satisfies Record<IsolationLevel, string>;

/** How a batch's one transaction runs. What is not given is as the database has it. */
export interface TransactionMode {
  isolationLevel?: IsolationLevel | undefined;
  /** Refuses writes. With a read replica, the batch goes there, unless it is serializable: replicas are never that. */
  readOnly?: boolean | undefined;
  /** With `serializable` and `readOnly`: waits until it cannot fail with a serialization failure. */
  deferrable?: boolean | undefined;
}

/**
 * The statements of a batch, ready to send.
 *
 * @param refuse throws for a text that must not be part of it
 * @throws {InvalidArgumentError} naming the statement that is not one.
 */
export function readBatch(
  statements: readonly (Statement<any> | string)[],
  refuse: (text: string, field: string) => void,
) {
  if (!Array.isArray(statements)) {
    throw new InvalidArgumentError('statements', 'statements must be an array.');
  }

  return statements.map((statement, index) => {
    const field = `statements[${index}]`;
    const read = readStatement(field, statement);
    refuse(read.text, field);

    return read;
  });
}

/** @throws {InvalidArgumentError} naming the statement that would begin or end the transaction. */
export function refuseControl(text: string, field: string): void {
  const control = findTransactionControl(text);

  if (control) {
    throw new InvalidArgumentError(
      field,
      `${field} is ${control}, but a batch is one transaction from its first statement to its last. Take it out, or use the options of batch.`,
    );
  }
}

/** In Neon's words. @throws {InvalidArgumentError} for an isolation level that PostgreSQL does not have. */
export function readMode({ isolationLevel, readOnly, deferrable }: TransactionMode): NeonBatchMode {
  if (isolationLevel !== undefined && !Object.hasOwn(levels, isolationLevel)) {
    throw new InvalidArgumentError('isolationLevel', `isolationLevel must be ${Object.keys(levels).join(', ')}.`);
  }

  return {
    ...(isolationLevel && { isolationLevel: levels[isolationLevel] }),
    ...(readOnly !== undefined && { readOnly }),
    ...(deferrable !== undefined && { deferrable }),
  };
}
