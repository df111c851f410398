/** The name of each error under its code. Not taken from the class: a bundler that minifies renames classes. */
const names = {
  CONFIGURATION: 'ConfigurationError',
  CONNECTION_FAILED: 'ConnectionFailedError',
  DATABASE_NOT_SOUND: 'DatabaseNotSoundError',
  HARD_DELETE_REFUSED: 'HardDeleteRefusedError',
  INVALID_ARGUMENT: 'InvalidArgumentError',
  MIGRATION_LOCKED: 'MigrationLockedError',
  MIGRATION_REFUSED: 'MigrationRefusedError',
  NOT_FOUND: 'RowNotFoundError',
  OUT_OF_SCOPE: 'OutOfScopeError',
  QUERY_FAILED: 'QueryFailedError',
  QUERY_TIMEOUT: 'QueryTimeoutError',
  SCOPE_NOT_ENFORCED: 'ScopeNotEnforcedError',
  SCOPE_REFUSED: 'ScopeRefusedError',
  SLUG_TAKEN: 'SlugTakenError',
  TRANSACTION_NOT_SUPPORTED: 'TransactionNotSupportedError',
} as const;

/** The closed set of codes that this package's own errors carry. */
export type DatabaseErrorCode = keyof typeof names;

/** Root of the errors that this package throws itself. Their text never contains a row's value or a secret. */
export abstract class DatabaseError extends Error {
  abstract readonly code: DatabaseErrorCode;

  /** Whether the same call, unchanged, may succeed later. */
  readonly isRetryable: boolean = false;

  override get name(): string {
    return names[this.code];
  }
}

/** A setting is missing or wrong. Names the variable and what it may be. */
export class ConfigurationError extends DatabaseError {
  override readonly code = 'CONFIGURATION';

  constructor(
    /** The environment variable or option at fault. */
    readonly variable: string,
    message: string,
  ) {
    super(message);
  }
}

/** The server could not be reached, or refused the login. */
export class ConnectionFailedError extends DatabaseError {
  override readonly code = 'CONNECTION_FAILED';
  override readonly isRetryable: boolean;

  constructor(message: string, isRetryable: boolean) {
    super(message);
    this.isRetryable = isRetryable;
  }
}

/** The database is not what entities and migrations say, or lacks what it needs. Each fault says what to do. */
export class DatabaseNotSoundError extends DatabaseError {
  override readonly code = 'DATABASE_NOT_SOUND';

  constructor(readonly faults: readonly string[]) {
    super(`The database is not as it should be:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
}

/** A call would have deleted rows for good that this package only marks as deleted. */
export class HardDeleteRefusedError extends DatabaseError {
  override readonly code = 'HARD_DELETE_REFUSED';

  constructor(entityName: string, call: string) {
    super(
      `${call} would delete ${entityName} rows for good. Mark them with em.remove(entity), or, if they must really go, use em.purge(entity).`,
    );
  }
}

/** An argument is not of the form that the function documents. Thrown before any SQL. */
export class InvalidArgumentError extends DatabaseError {
  override readonly code = 'INVALID_ARGUMENT';

  constructor(
    /** The argument or field at fault. */
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** Another run of migrations holds the lock for longer than this one waits. Nothing was run. */
export class MigrationLockedError extends DatabaseError {
  override readonly code = 'MIGRATION_LOCKED';
  override readonly isRetryable = true;

  constructor(holder: string | undefined, pid: number | undefined) {
    super(
      `Another migration run has not ended${holder ? `: ${holder}` : ''}. Let it end, or wait longer by migrations.runLockTimeoutMs.${
        pid === undefined ? '' : ` If its client is gone, end it: select pg_terminate_backend(${pid}).`
      }`,
    );
  }
}

/** Migrations, or their history, are not as they must be. Each finding says what is wrong and what to do. Nothing was run. */
export class MigrationRefusedError extends DatabaseError {
  override readonly code = 'MIGRATION_REFUSED';

  constructor(readonly findings: readonly string[]) {
    super(`No migration was run:\n${findings.map((finding) => `- ${finding}`).join('\n')}`);
  }
}

/** No row has that key, or its state does not allow what was asked. */
export class RowNotFoundError extends DatabaseError {
  override readonly code = 'NOT_FOUND';
}

/**
 * A write would have touched or made a row that the scope does not have. Nothing of it was done.
 *
 * It does not say whether there is such a row in another scope.
 */
export class OutOfScopeError extends DatabaseError {
  override readonly code = 'OUT_OF_SCOPE';

  constructor(
    /** The entity or table, where it is known. */
    readonly subject?: string,
    options?: ErrorOptions,
  ) {
    super(
      `The scope does not have ${subject ? `this row of ${subject}` : 'this row'}, or must not do this to it. Nothing was written.`,
      options,
    );
  }
}

/** The database does not keep scopes as this package declares them. Each fault says what is wrong and what to do. */
export class ScopeNotEnforcedError extends DatabaseError {
  override readonly code = 'SCOPE_NOT_ENFORCED';

  constructor(readonly faults: readonly string[]) {
    super(`The database does not enforce scopes:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
}

/** A call would have left its scope, widened it or switched it off. Refused before any SQL. */
export class ScopeRefusedError extends DatabaseError {
  override readonly code = 'SCOPE_REFUSED';
}

/** Another live row holds the slug by now. */
export class SlugTakenError extends DatabaseError {
  override readonly code = 'SLUG_TAKEN';

  constructor(
    entityName: string,
    /** The unique index that refused the slug. */
    readonly constraint: string | undefined,
  ) {
    super(
      `${entityName} cannot be restored: its slug is taken by another live row. Give one of the two another slug first.`,
    );
  }
}

/** A transport that carries one statement per round trip was asked for a transaction. */
export class TransactionNotSupportedError extends DatabaseError {
  override readonly code = 'TRANSACTION_NOT_SUPPORTED';

  constructor(
    call: string,
    instead = "Use orm.em.transactional(…) over TCP or WebSocket or, if no statement needs another one's result, executor.batch([…]).",
  ) {
    super(`${call} needs a connection of its own, which HTTP does not give. ${instead}`);
  }
}
