import type { IsolationLevel } from '@mikro-orm/core';
import type { AbstractSqlConnection } from '@mikro-orm/sql';
import type { ControlledTransaction } from 'kysely';
import { explainConnectionFailure } from '../errors/connection-failure.js';
import {
  ConnectionFailedError,
  DatabaseError,
  ScopeRefusedError,
  TransactionNotSupportedError,
} from '../errors/database-error.js';
import { asQueryFailedError } from '../errors/without-values.js';
import type { Orm } from '../orm/create-orm.js';
import { beginInScope, commitScope, scopeEntry } from '../orm/lease.js';
import { createAsyncContext } from './async-context.js';
import { narrowScope, readScope, type Scope } from './scope.js';
import { ScopeState } from './scope-state.js';
import { scopedDriver } from './scoped-driver.js';
import { ScopeDefaults, ScopedEntityManager } from './scoped-entity-manager.js';

/** How the transaction of a scope runs. What is not given is as the database has it. */
export interface ScopeOptions {
  /** Refuses writes. */
  readOnly?: boolean | undefined;
  isolationLevel?: `${IsolationLevel}` | undefined;
  /** Ends a statement that runs, and all later ones, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The scope in which the current work runs, if it does in one. */
const current = createAsyncContext<{ orm: Orm; state: ScopeState }>();

/**
 * Runs `work` as one transaction that sees and writes the rows of a scope, and no others.
 *
 * PostgreSQL itself keeps the scope, on every path: finds, relations, references, query builders, Kysely and raw SQL. The
 * transaction runs under the role of this kind of scope, such as `codex_scoped_org`, whose policies compare each row with
 * it. The unit of work is a fresh one, flushed when `work` is done.
 *
 * Called within a scope, it works in that one's transaction, and may only keep the scope or narrow it.
 *
 * @returns what `work` returns. Its own errors are passed on as they are, and roll everything back.
 * @throws {InvalidArgumentError} before any SQL, unless the scope is one.
 * @throws {OutOfScopeError} for a write that the scope does not allow. It does not tell whether there is such a row.
 * @throws {ScopeRefusedError} for what would leave the scope or widen it.
 * @throws {ScopeNotEnforcedError} if the role is missing, or the login must not enter it.
 * @throws {QueryFailedError} if the database refuses a statement, {@link ConnectionFailedError} if it gives no answer.
 * @throws {TransactionNotSupportedError} over HTTP, where `executor.scope(…)` does it for single statements and batches.
 *
 * @example
 * const drafts = await inScope(orm, { org: organizationId }, (em) => em.find(Content, { status: 'draft' }));
 */
export async function inScope<Result>(
  orm: Orm,
  scope: Scope,
  work: (em: ScopedEntityManager) => Result | Promise<Result>,
  options: ScopeOptions = {},
): Promise<Result> {
  const wanted = readScope(scope);
  const around = current.get();

  return around?.orm === orm && !around.state.isOver
    ? runWithin(around.state, orm, wanted, work, options)
    : runAlone(orm, wanted, work, options);
}

async function runAlone<Result>(
  orm: Orm,
  scope: Scope,
  work: (em: ScopedEntityManager) => Result | Promise<Result>,
  options: ScopeOptions,
): Promise<Result> {
  const connection = orm.em.getConnection('write');
  const transaction = await begin(connection, scope, options);

  try {
    const result = await run(orm, new ScopeState(scope, transaction), work, options);
    await commitScope(() => connection.commit(transaction));

    return result;
  } catch (error) {
    // A rollback fails only where the connection is lost, and the server has rolled back then.
    transaction.isRolledBack || transaction.isCommitted || (await connection.rollback(transaction).catch(() => {}));
    throw asQueryFailedError(error);
  }
}

async function begin(
  connection: AbstractSqlConnection,
  scope: Scope,
  { isolationLevel, readOnly }: ScopeOptions,
): Promise<ControlledTransaction<any>> {
  try {
    return await beginInScope(scope, () =>
      connection.begin({
        ...(isolationLevel && { isolationLevel: isolationLevel as IsolationLevel }),
        ...(readOnly && { readOnly }),
      }),
    );
  } catch (error) {
    if (error instanceof TransactionNotSupportedError) {
      throw new TransactionNotSupportedError('inScope(…)', 'Use executor.scope(…), or TCP or WebSocket.');
    }

    const known = asQueryFailedError(error);

    if (known instanceof DatabaseError) {
      throw known;
    }

    const { reason, isRetryable } = explainConnectionFailure(error);
    throw new ConnectionFailedError(`The scope got no connection: ${reason}.`, isRetryable);
  }
}

/** In a savepoint of the outer scope, which waits. */
async function runWithin<Result>(
  outer: ScopeState,
  orm: Orm,
  scope: Scope,
  work: (em: ScopedEntityManager) => Result | Promise<Result>,
  options: ScopeOptions,
): Promise<Result> {
  narrowScope(outer.scope, scope);

  if (options.isolationLevel) {
    throw new ScopeRefusedError('A scope within a scope has the isolation level of the outer one. Set it there.');
  }

  return outer.pauseFor(async () => {
    const connection = orm.em.getConnection('write');
    const savepoint = await connection.begin({ ctx: outer.transaction });

    try {
      await savepoint.executeQuery(scopeEntry(scope, options.readOnly));
      const result = await run(orm, new ScopeState(scope, savepoint), work, options);
      await savepoint.executeQuery(scopeEntry(outer.scope));
      await connection.commit(savepoint);

      return result;
    } catch (error) {
      // With it, the settings are again those of the outer scope.
      await connection.rollback(savepoint).catch(() => {});
      throw error;
    }
  });
}

async function run<Result>(
  orm: Orm,
  state: ScopeState,
  work: (em: ScopedEntityManager) => Result | Promise<Result>,
  { signal }: ScopeOptions,
): Promise<Result> {
  try {
    const em = createEntityManager(orm, state, signal);
    const result = await current.run({ orm, state }, () => work(em));
    await em.flush();

    return result;
  } finally {
    state.end();
  }
}

function createEntityManager(orm: Orm, state: ScopeState, signal: AbortSignal | undefined): ScopedEntityManager {
  const { em, config } = orm;
  const events = em.getEventManager().clone();
  events.registerSubscriber(new ScopeDefaults());
  const scoped = new ScopedEntityManager(config, scopedDriver(em.getDriver(), state), em.getMetadata(), false, events);
  scoped.setTransactionContext(state.transaction);

  // What runs must end in the database, too: until then the rollback would wait for it.
  return signal ? scoped.fork({ signal, inflightQueryAbortStrategy: 'cancel query' }) : scoped;
}
