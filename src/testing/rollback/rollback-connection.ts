import type { Client, QueryResult } from 'pg';
import type { RunSql } from '../sentinels/keys.js';
import { publishStatement } from '../statements/statements.js';
import { type Command, readCommand } from './commands.js';
import { brokenOut, isOver, type RollbackTestError } from './rollback-test-error.js';

/** The savepoints of the whole test, of a transaction of the code under test, and of a statement outside of any. */
const ofTest = 'codex_test';
const ofTransaction = 'codex_transaction';
const ofStatement = 'codex_statement';

/** Ends what a real end of a transaction ends: its settings, and the role among them. */
const endSettings = 'reset role; reset all';

/** A setting that should last no longer than its statement. */
const localSetting = /\bset\s+local\b|\bset_config\s*\([^)]*,\s*true\s*\)/i;

/** One after another, whoever gives them: `pg` takes one statement at a time. */
type Work<Result> = () => Promise<Result>;

export interface RollbackOptions {
  /** Whose statements they are. */
  orm: object;
  /** SQL that defers those constraints again that a commit has checked. */
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
  #pending = 0;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: Client,
    private readonly options: RollbackOptions,
  ) {}

  /** Begins the test's transaction. */
  static async begin(client: Client, options: RollbackOptions): Promise<RollbackConnection> {
    await client.query(`begin; savepoint ${ofTest}`);
    return new RollbackConnection(client, options);
  }

  /** Whether a statement runs or waits. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  get processId(): number {
    return (this.client as unknown as { processID: number }).processID;
  }

  /** Runs a text of the code under test. */
  async run(sql: string, send: Work<unknown>): Promise<unknown> {
    const command = readCommand(sql);
    publishStatement(this.options.orm, sql, command);

    return this.#enqueue(() => {
      this.#refuseLate();
      return this.#obey(command, sql, send);
    });
  }

  /** Rolls back what a connection that is given back has left open. */
  async giveBack(): Promise<void> {
    if (!this.isInTransaction) {
      return;
    }

    await this.#enqueue(async () => {
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

    return this.#enqueue(async () => {
      // An open stream has the connection for itself.
      if (this.#isBroken || this.isStreaming || this.#status() === undefined) {
        return false;
      }

      try {
        this.isInTransaction && (await this.#rollBack());
        await this.#query(`${this.#beforeStatement()}; ${endSettings}`);
        await check(async (sql, name) => (await this.#query(sql, name)).rows as never);
      } finally {
        await this.#leave();
      }

      return !this.#isBroken;
    });
  }

  /** Fails unless the savepoint from the test's beginning is still there: it proves that nothing was committed. */
  async #leave(): Promise<void> {
    try {
      await this.#query(`rollback to savepoint ${ofTest}; rollback`);
    } catch {
      this.#isBroken = true;
      this.#violate('SQL of the test');
      await this.#query('rollback').catch(() => {});
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
    await this.#query(`${before}savepoint ${ofTransaction}${readOnly}`);
    this.#hasStatement = false;
    this.isInTransaction = true;
    this.#mayRollBack = false;

    return rest ? this.#query(rest) : empty('BEGIN');
  }

  async #commit(): Promise<unknown> {
    if (!this.isInTransaction) {
      throw this.#violate('COMMIT without a transaction');
    }

    // PostgreSQL answers a commit of a failed transaction so.
    if (this.#status() === 'E') {
      await this.#rollBack();
      return empty('ROLLBACK');
    }

    try {
      await this.#query(
        `set constraints all immediate; ${this.options.deferAgain}release savepoint ${ofTransaction}; ${endSettings}`,
      );
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
    await this.#query(`rollback to savepoint ${ofTransaction}; release savepoint ${ofTransaction}`);
  }

  async #send(sql: string, send: Work<unknown>): Promise<unknown> {
    if (!this.isInTransaction) {
      await this.#query(this.#beforeStatement());
      this.#hasStatement = true;
      this.#hasLocalSetting = localSetting.test(sql);
    }

    const result = await this.#settle(send);

    if (this.#status() === 'I') {
      this.#isBroken = true;
      throw this.#violate('SQL of the test');
    }

    return result;
  }

  /** Notes that a stream has ended, which may have failed. */
  async endStream(): Promise<void> {
    this.isStreaming = false;
    await this.#enqueue(() => this.#query(''));
  }

  #query(sql: string, name?: string): Promise<QueryResult> {
    return this.#settle(() => this.client.query(name ? { text: sql, name } : sql));
  }

  /** `pg` reports an error before the server has said in which state it leaves the transaction. */
  async #settle<Result>(send: Work<Result>): Promise<Result> {
    try {
      return await send();
    } catch (error) {
      await this.client.query('').catch(() => {});
      throw error;
    }
  }

  /** What is sent before each statement outside of a transaction: it undoes a failed one, and keeps a successful one. */
  #beforeStatement(): string {
    if (this.#hasStatement && this.#status() === 'E') {
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

  /** `I`dle, in a `T`ransaction or in a failed one (`E`); nothing without a connection. */
  #status(): string | undefined {
    const { _queryable: isAlive } = this.client as unknown as { _queryable: boolean };
    return isAlive ? (this.client.getTransactionStatus() ?? undefined) : undefined;
  }

  #enqueue<Result>(work: Work<Result>): Promise<Result> {
    this.#pending += 1;
    const result = this.#tail.then(work).finally(() => {
      this.#pending -= 1;
    });
    this.#tail = result.catch(() => {});

    return result;
  }
}

const empty = (command: string) => ({ command, rowCount: null, rows: [], fields: [], oid: 0 });
