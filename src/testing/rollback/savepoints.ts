import type { RunSql } from '../sentinels/keys.js';
import { mentionsDeferred, readDeferAgain } from './deferred-constraints.js';
import type { SerialClient, Work } from './serial-client.js';

/** The savepoints of a transaction of the code under test, and of a statement outside of any. */
const ofTransaction = 'codex_transaction';
const ofStatement = 'codex_statement';

const rollBackTransaction = `rollback to savepoint ${ofTransaction}; release savepoint ${ofTransaction}`;

/** Ends what a real end of a transaction ends: its settings, and the role among them. */
const endSettings = 'reset role; reset all';

/** A setting that should last no longer than its statement. */
const localSetting = /\bset\s+local\b|\bset_config\s*\([^)]*,\s*true\s*\)/i;

/**
 * What stands for transactions within the one of a test.
 *
 * The beginning of one sets a savepoint; its commit checks deferred constraints, ends the transaction's settings and
 * releases it. A statement outside of a transaction has a savepoint too, so that the next one works although it failed.
 */
export class Savepoints {
  isInTransaction = false;
  #hasStatement = false;
  #hasLocalSetting = false;
  /** Whether the test may have made a constraint, or changed one, that is deferred. */
  #mayHaveDeferred = false;

  /** @param deferAgain SQL that defers those constraints of the database again that a commit has checked. */
  constructor(
    private readonly client: SerialClient,
    private readonly deferAgain: string,
  ) {}

  async begin(isReadOnly: boolean): Promise<void> {
    const before = this.#hasStatement ? `${this.#beforeStatement()}; release savepoint ${ofStatement}; ` : '';
    const readOnly = isReadOnly ? '; set transaction read only' : '';
    await this.client.query(`${before}savepoint ${ofTransaction}${readOnly}`);
    this.#hasStatement = false;
    this.isInTransaction = true;
  }

  /**
   * @returns whether it was committed. PostgreSQL rolls a failed transaction back instead.
   * @throws {Error} for a deferred constraint; then it was rolled back.
   */
  async commit(): Promise<boolean> {
    if (this.client.status === 'E') {
      await this.rollBack();
      return false;
    }

    try {
      await this.#checkDeferred(`release savepoint ${ofTransaction}; ${endSettings}`);
      this.isInTransaction = false;
      return true;
    } catch (error) {
      await this.rollBack();
      throw error;
    }
  }

  async rollBack(): Promise<void> {
    this.isInTransaction = false;
    await this.client.query(rollBackTransaction);
  }

  /** @param isStream whether the statement is still running when it was sent. */
  async run(sql: string, send: Work<unknown>, isStream: boolean): Promise<unknown> {
    if (!this.isInTransaction) {
      await this.client.query(this.#beforeStatement());
      this.#hasStatement = true;
      this.#hasLocalSetting = localSetting.test(sql);
    }

    this.#mayHaveDeferred ||= mentionsDeferred.test(sql);
    const result = await this.client.settle(send);

    if (!this.isInTransaction && !isStream && (this.#mayHaveDeferred || this.deferAgain)) {
      await this.#checkDeferred();
    }

    return result;
  }

  /** SQL that ends what the test has left open, so that one can look at what it has done. */
  close(): string {
    const transaction = this.isInTransaction ? `${rollBackTransaction}; ` : '';
    this.isInTransaction = false;
    const sql = `${transaction}${this.#beforeStatement()}; ${endSettings}`;
    this.#hasStatement = true;

    return sql;
  }

  /** Lets `work` look at what the test has done, by statements of which some may fail. */
  async inspect(work: (run: RunSql) => Promise<void>): Promise<void> {
    await this.client.query(this.close());

    await work(async <Row extends object>(sql: string) => {
      try {
        return (await this.client.query(sql)).rows as Row[];
      } catch (error) {
        await this.client.query(`rollback to savepoint ${ofStatement}`);
        throw error;
      }
    });
  }

  /** Checks deferred constraints, as the end of a transaction does, then runs `next`. */
  async #checkDeferred(next = ''): Promise<void> {
    const deferAgain = this.#mayHaveDeferred
      ? await readDeferAgain(async (sql) => (await this.client.query(sql)).rows)
      : this.deferAgain;
    await this.client.query(`set constraints all immediate; ${deferAgain}${next}`);
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
}
