import type { Client } from 'pg';
import type { RunSql } from '../sentinels/keys.js';
import { publishStatement } from '../statements/statements.js';
import { type Command, readCommand } from './commands.js';
import { mentionsDeferred, readDeferAgain } from './deferred-constraints.js';
import { brokenOut, isOver, type RollbackTestError } from './rollback-test-error.js';
import { SerialClient, type Work } from './serial-client.js';

/** The savepoints of the whole test, of a transaction of the code under test, and of a statement outside of any. */
const ofTest = 'codex_test';
const ofTransaction = 'codex_transaction';
const ofStatement = 'codex_statement';

/** Ends what a real end of a transaction ends: its settings, and the role among them. */
const endSettings = 'reset role; reset all';

/** A setting that should last no longer than its statement. */
const localSetting = /\bset\s+local\b|\bset_config\s*\([^)]*,\s*true\s*\)/i;

export interface RollbackOptions {
  /** Whose statements they are. */
  orm: object;
  /** SQL that defers those constraints of the database again that a commit has checked. */
  deferAgain: string;
}

/**
 * The one connection of a test, whose transaction is rolled back in the end.
 *
 * For the code under test it is a connection like any other. Its transactions are savepoints: their beginning sets one,
 * their commit checks deferred constraints, ends the transaction's settings and releases it. A statement outside of a
 * transaction has a savepoint too, so that the next one works although it failed.
 */
export class RollbackConnection {
  /** What the test did that breaks its isolation. It fails for it, also if it caught the error. */
  readonly violations: RollbackTestError[] = [];
  isInTransaction = false;
  isStreaming = false;
  #hasStatement = false;
  #hasLocalSetting = false;
  #isBroken = false;
  #isOver = false;
  /** Whoever began or committed in vain rolls back then. */
  #mayRollBack = false;
  /** Whether the test may have made a constraint, or changed one, that is deferred. */
  #mayHaveDeferred = false;

  private constructor(
    private readonly client: SerialClient,
    private readonly options: RollbackOptions,
  ) {}

  /** Begins the test's transaction. */
  static async begin(client: Client, options: RollbackOptions): Promise<RollbackConnection> {
    await client.query(`begin; savepoint ${ofTest}`);
    return new RollbackConnection(new SerialClient(client), options);
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
      await this.#rollBack();
    });
  }

  /**
   * Ends the test: checks what `check` finds, and rolls everything back.
   *
   * @returns whether the database is as it was.
   */
  async end(check: (run: RunSql) => Promise<void>): Promise<boolean> {
    this.#isOver = true;

    return this.client.enqueue(async () => {
      // An open stream has the connection for itself.
      if (this.#isBroken || this.isStreaming || this.client.status === undefined) {
        return false;
      }

      try {
        this.isInTransaction && (await this.#rollBack());
        await this.client.query(`${this.#beforeStatement()}; ${endSettings}`);
        await check((sql, name) => this.#inspect(sql, name));
      } finally {
        await this.#leave();
      }

      return !this.#isBroken;
    });
  }

  /** After a statement that fails, the next one works. */
  async #inspect<Row>(sql: string, name?: string): Promise<Row[]> {
    try {
      return (await this.client.query(sql, name)).rows as Row[];
    } catch (error) {
      await this.client.query(`rollback to savepoint ${ofStatement}`);
      throw error;
    }
  }

  /**
   * Fails unless the savepoint from the test's beginning is still there: it proves that nothing was committed. The advisory
   * locks of a session would outlive the transaction.
   */
  async #leave(): Promise<void> {
    try {
      await this.client.query(`rollback to savepoint ${ofTest}; rollback; select pg_advisory_unlock_all()`);
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
        return this.#requestRollback();
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

    const before = this.#hasStatement ? `${this.#beforeStatement()}; release savepoint ${ofStatement}; ` : '';
    const readOnly = isReadOnly ? '; set transaction read only' : '';
    this.#mayRollBack = true;
    await this.client.query(`${before}savepoint ${ofTransaction}${readOnly}`);
    this.#hasStatement = false;
    this.isInTransaction = true;
    this.#mayRollBack = false;

    return rest ? this.client.query(rest) : empty('BEGIN');
  }

  async #commit(): Promise<unknown> {
    if (!this.isInTransaction) {
      throw this.#violate('COMMIT without a transaction');
    }

    // PostgreSQL answers a commit of a failed transaction so.
    if (this.client.status === 'E') {
      await this.#rollBack();
      return empty('ROLLBACK');
    }

    try {
      await this.#checkDeferred(`release savepoint ${ofTransaction}; ${endSettings}`);
      this.isInTransaction = false;
    } catch (error) {
      await this.#rollBack();
      this.#mayRollBack = true;
      throw error;
    }

    return empty('COMMIT');
  }

  async #requestRollback(): Promise<unknown> {
    if (this.isInTransaction) {
      await this.#rollBack();
    } else if (!this.#mayRollBack) {
      throw this.#violate('ROLLBACK without a transaction');
    }

    this.#mayRollBack = false;
    return empty('ROLLBACK');
  }

  async #rollBack(): Promise<void> {
    this.isInTransaction = false;
    await this.client.query(`rollback to savepoint ${ofTransaction}; release savepoint ${ofTransaction}`);
  }

  async #send(sql: string, send: Work<unknown>): Promise<unknown> {
    if (!this.isInTransaction) {
      await this.client.query(this.#beforeStatement());
      this.#hasStatement = true;
      this.#hasLocalSetting = localSetting.test(sql);
    }

    this.#mayHaveDeferred ||= mentionsDeferred.test(sql);
    const result = await this.client.settle(send);

    if (this.client.status === 'I') {
      this.#isBroken = true;
      throw this.#violate('SQL of the test');
    }

    if (!this.isInTransaction && !this.isStreaming && (this.#mayHaveDeferred || this.options.deferAgain)) {
      await this.#checkDeferred();
    }

    return result;
  }

  /** Checks deferred constraints, as the end of a transaction does, then runs `next`. */
  async #checkDeferred(next = ''): Promise<void> {
    const deferAgain = this.#mayHaveDeferred
      ? await readDeferAgain(async (sql) => (await this.client.query(sql)).rows)
      : this.options.deferAgain;
    await this.client.query(`set constraints all immediate; ${deferAgain}${next}`);
  }

  /** Notes that a stream has ended, which may have failed. */
  async endStream(): Promise<void> {
    this.isStreaming = false;
    await this.client.enqueue(() => this.client.query(''));
  }

  /** What is sent before each statement outside of a transaction: it undoes a failed one, and keeps a successful one. */
  #beforeStatement(): string {
    if (this.#hasStatement && this.client.status === 'E') {
      return `rollback to savepoint ${ofStatement}`;
    }

    const release = this.#hasStatement ? `release savepoint ${ofStatement}; ` : '';
    const settings = this.#hasLocalSetting ? `${endSettings}; ` : '';
    this.#hasLocalSetting = false;
    return `${release}${settings}savepoint ${ofStatement}`;
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
