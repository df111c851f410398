import type { Client } from 'pg';
import type { RunSql } from '../sentinels/keys.js';
import { publishStatement } from '../statements/statements.js';
import { type Command, readCommand } from './commands.js';
import { brokenOut, isOver, type RollbackTestError } from './rollback-test-error.js';
import { Savepoints } from './savepoints.js';
import { SerialClient, type Work } from './serial-client.js';

/** The savepoint of the whole test. */
const ofTest = 'codex_test';

/**
 * Fails unless the savepoint from the test's beginning is still there: it proves that nothing was committed. The advisory
 * locks of a session would outlive the transaction.
 */
const rollBackTest = `rollback to savepoint ${ofTest}; rollback; select pg_advisory_unlock_all()`;

export interface RollbackOptions {
  /** Whose statements they are. */
  orm: object;
  /** SQL that defers those constraints of the database again that a commit has checked. */
  deferAgain: string;
}

/**
 * The one connection of a test, whose transaction is rolled back in the end.
 *
 * For the code under test it is a connection like any other: its transactions are {@link Savepoints}.
 */
export class RollbackConnection {
  /** What the test did that breaks its isolation. It fails for it, also if it caught the error. */
  readonly violations: RollbackTestError[] = [];
  isStreaming = false;
  readonly #savepoints: Savepoints;
  #isBroken = false;
  #isOver = false;
  /** Whoever began or committed in vain rolls back then. */
  #mayRollBack = false;

  private constructor(
    private readonly client: SerialClient,
    private readonly options: RollbackOptions,
  ) {
    this.#savepoints = new Savepoints(client, options.deferAgain);
  }

  /** Begins the test's transaction. */
  static async begin(client: Client, options: RollbackOptions): Promise<RollbackConnection> {
    await client.query(`begin; savepoint ${ofTest}`);
    return new RollbackConnection(new SerialClient(client), options);
  }

  get isInTransaction(): boolean {
    return this.#savepoints.isInTransaction;
  }

  /** Whether a statement runs or waits. */
  get isBusy(): boolean {
    return this.client.isBusy;
  }

  get processId(): number {
    return this.client.processId;
  }

  /** Runs a text of the code under test. */
  async run(sql: string, send: Work<unknown>): Promise<unknown> {
    const command = readCommand(sql);
    publishStatement(this.options.orm, sql, command);

    return this.client.enqueue(() => {
      this.#refuseLate();
      return this.#obey(command, sql, send);
    });
  }

  /** Rolls back what a connection that is given back has left open. */
  async giveBack(): Promise<void> {
    if (!this.isInTransaction) {
      return;
    }

    await this.client.enqueue(async () => {
      this.#violate('BEGIN without COMMIT or ROLLBACK');
      await this.#savepoints.rollBack();
    });
  }

  /** Notes that a stream has ended, which may have failed. */
  async endStream(): Promise<void> {
    this.isStreaming = false;
    await this.client.enqueue(() => this.client.query(''));
  }

  /**
   * Ends the test, and rolls everything back.
   *
   * @param check SQL that fails if the test has done what it must not.
   * @param examine finds out what that was.
   * @returns whether the database is as it was.
   */
  async end(check: string, examine: (run: RunSql) => Promise<void>): Promise<boolean> {
    this.#isOver = true;

    return this.client.enqueue(async () => {
      // An open stream has the connection for itself.
      if (this.#isBroken || this.isStreaming || this.client.status === undefined) {
        return false;
      }

      if (await this.#endAtOnce(check)) {
        return true;
      }

      try {
        await this.#savepoints.inspect(examine);
      } finally {
        await this.#leave();
      }

      return !this.#isBroken;
    });
  }

  /** All in one message, for the tests that have done nothing wrong. */
  async #endAtOnce(check: string): Promise<boolean> {
    try {
      await this.client.query(`${this.#savepoints.close()}; ${check}; ${rollBackTest}`);
      return true;
    } catch {
      return false;
    }
  }

  async #leave(): Promise<void> {
    try {
      await this.client.query(rollBackTest);
    } catch {
      this.#isBroken = true;
      this.#violate('SQL of the test');
      await this.client.query('rollback').catch(() => {});
    }
  }

  async #obey(command: Command, sql: string, send: Work<unknown>): Promise<unknown> {
    switch (command.kind) {
      case 'begin':
        return this.#begin(command);
      case 'commit':
        return this.#commit();
      case 'rollback':
        return this.#rollBack();
      case 'other control':
        throw this.#violate('Transaction control among other SQL');
      default:
        return this.#send(sql, send);
    }
  }

  async #begin({ isReadOnly, rest }: Extract<Command, { kind: 'begin' }>): Promise<unknown> {
    if (this.isInTransaction) {
      throw this.#violate('BEGIN within a transaction');
    }

    this.#mayRollBack = true;
    await this.#savepoints.begin(isReadOnly);
    this.#mayRollBack = false;

    return rest ? this.client.query(rest) : empty('BEGIN');
  }

  async #commit(): Promise<unknown> {
    if (!this.isInTransaction) {
      throw this.#violate('COMMIT without a transaction');
    }

    this.#mayRollBack = true;
    const isCommitted = await this.#savepoints.commit();
    this.#mayRollBack = false;

    return empty(isCommitted ? 'COMMIT' : 'ROLLBACK');
  }

  async #rollBack(): Promise<unknown> {
    if (this.isInTransaction) {
      await this.#savepoints.rollBack();
    } else if (!this.#mayRollBack) {
      throw this.#violate('ROLLBACK without a transaction');
    }

    this.#mayRollBack = false;
    return empty('ROLLBACK');
  }

  async #send(sql: string, send: Work<unknown>): Promise<unknown> {
    const result = await this.#savepoints.run(sql, send, this.isStreaming);

    if (this.client.status === 'I') {
      this.#isBroken = true;
      throw this.#violate('SQL of the test');
    }

    return result;
  }

  #violate(what: string): RollbackTestError {
    const error = brokenOut(what);
    this.violations.push(error);
    return error;
  }

  #refuseLate(): void {
    if (this.#isOver) {
      throw isOver();
    }

    if (this.#isBroken) {
      throw this.violations[0] ?? isOver();
    }
  }
}

const empty = (command: string) => ({ command, rowCount: null, rows: [], fields: [], oid: 0 });
