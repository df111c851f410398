import type { ControlledTransaction } from 'kysely';
import { ScopeRefusedError } from '../errors/database-error.js';
import type { Scope } from './scope.js';

/** One scope's transaction, or its savepoint within another scope's. */
export class ScopeState {
  #isOver = false;
  #isPaused = false;
  readonly #transactions = new WeakSet<object>();

  constructor(
    readonly scope: Scope,
    readonly transaction: ControlledTransaction<any>,
  ) {
    this.#transactions.add(transaction);
  }

  /** Notes a savepoint within the scope's transaction. */
  own(transaction: object): void {
    this.#transactions.add(transaction);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Lets `work` alone use the transaction. @throws {ScopeRefusedError} while something else does that. */
  async pauseFor<Result>(work: () => Promise<Result>): Promise<Result> {
    this.check();
    this.#isPaused = true;

    try {
      return await work();
    } finally {
      this.#isPaused = false;
    }
  }

  /** @throws {ScopeRefusedError} unless the scope may be used now and, if one is given, the transaction is its own. */
  check(transaction?: object): void {
    if (this.#isOver) {
      throw new ScopeRefusedError(
        'This scope is over. Await all its work inside of it, and load there what you need later.',
      );
    }

    if (this.#isPaused) {
      throw new ScopeRefusedError('A scope within this one is at work in the same transaction. Wait for its end.');
    }

    if (transaction && !this.#transactions.has(transaction)) {
      throw new ScopeRefusedError('A scope works in its own transaction only, not in another one.');
    }
  }
}
