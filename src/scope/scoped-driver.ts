import type { EntityName } from '@mikro-orm/core';
import { type AbstractSqlConnection, type AbstractSqlDriver, Utils } from '@mikro-orm/sql';
import { OutOfScopeError, ScopeRefusedError } from '../errors/database-error.js';
import { scopeFailure } from '../orm/lease.js';
import { createAsyncContext } from './async-context.js';
import { completeData } from './scope-condition.js';
import type { ScopeState } from './scope-state.js';

/** What a driver does only for the flush of a unit of work must touch every row that it names. */
const flushing = createAsyncContext<true>();

/** Runs a flush: its updates and deletions must all find their rows. */
export const inFlush = <Result>(flush: () => Promise<Result>): Promise<Result> => flushing.run(true, flush);

/** The states of the drivers that {@link scopedDriver} made. */
const states = new WeakMap<object, ScopeState>();

/** The scope in which a driver works. */
export const stateOf = (driver: object): ScopeState => states.get(driver)!;

/**
 * The driver as it is in a scope: whatever asks it for a connection gets the scope's transaction.
 *
 * So there is no way from an entity manager out of its scope: a fork, a transaction of its own, a lazy relation, the
 * driver itself, all end here.
 */
export function scopedDriver(driver: AbstractSqlDriver, state: ScopeState): AbstractSqlDriver {
  const connection = scopedConnection(driver.getConnection('write'), state);
  const scoped = Object.create(driver) as AbstractSqlDriver;
  states.set(scoped, state);

  return Object.assign(
    Object.defineProperties(scoped, {
      connection: { value: connection },
      getConnection: { value: () => connection },
      // Errors come from the transaction as they are to be.
      convertException: { value: (error: Error) => error },
    }),
    {
      nativeInsert: (...[entityName, data, ...options]: Parameters<AbstractSqlDriver['nativeInsert']>) =>
        driver.nativeInsert.call(scoped, entityName, complete(entityName, data), ...options),

      nativeInsertMany: (...[entityName, data, ...options]: Parameters<AbstractSqlDriver['nativeInsertMany']>) =>
        driver.nativeInsertMany.call(
          scoped,
          entityName,
          data.map((each) => complete(entityName, each)),
          ...options,
        ),

      nativeUpdate: async (...[entityName, where, data, options]: Parameters<AbstractSqlDriver['nativeUpdate']>) => {
        const result = await driver.nativeUpdate.call(scoped, entityName, where, data, options);
        const isEmpty = !Utils.hasObjectKeys(data as object);
        await requireRows(entityName, isEmpty || options?.upsert ? 0 : 1, result.affectedRows);

        return result;
      },

      nativeUpdateMany: async (
        ...[entityName, where, data, options, ...rest]: Parameters<AbstractSqlDriver['nativeUpdateMany']>
      ) => {
        const result = await driver.nativeUpdateMany.call(scoped, entityName, where, data, options, ...rest);
        await requireRows(entityName, options?.upsert ? 0 : where.length, result.affectedRows);

        return result;
      },

      nativeDelete: async (...[entityName, where, options]: Parameters<AbstractSqlDriver['nativeDelete']>) => {
        const result = await driver.nativeDelete.call(scoped, entityName, where, options);
        await requireRows(entityName, countKeys(where), result.affectedRows);

        return result;
      },
    },
  ) as AbstractSqlDriver;

  function complete<Data extends object>(entityName: EntityName<any>, data: Data): Data {
    return completeData(state.scope, driver.getMetadata().get(entityName).class, data);
  }

  async function requireRows(entityName: EntityName<any>, expected: number, found: number): Promise<void> {
    if (flushing.get() && found < expected) {
      // What the flush wrote before must not be committed either, also if the error is caught.
      await state.transaction.executeQuery(scopeFailure(new OutOfScopeError(Utils.className(entityName))));
    }
  }
}

/** How many rows a unit of work names when it deletes: `{ id: { $in: keys } }`. */
function countKeys(where: unknown): number {
  const [condition] = Object.values(where as Record<string, { $in?: unknown[] }>);
  return condition?.$in?.length ?? 1;
}

/** What of a connection a scope leaves as it is. */
const harmless = new Set<PropertyKey>(['getPlatform', 'isConnected', 'checkConnection']);

/** The connection as it is in a scope: with the scope's transaction and no other. */
function scopedConnection(connection: AbstractSqlConnection, state: ScopeState): AbstractSqlConnection {
  const { transaction } = state;
  type Connection = AbstractSqlConnection;

  const own: Partial<Connection> = {
    execute: ((query, params, method, ctx = transaction, ...rest) => {
      state.check(ctx);
      return connection.execute(query, params, method, ctx, ...rest);
    }) as Connection['execute'],

    stream: ((query, params, ctx = transaction, ...rest) => {
      state.check(ctx);
      return connection.stream(query, params, ctx, ...rest);
    }) as Connection['stream'],

    getClient: (() => {
      state.check();
      return transaction;
    }) as unknown as Connection['getClient'],

    async begin(options) {
      const ctx = options?.ctx ?? transaction;
      state.check(ctx);
      const savepoint = await connection.begin({ ...options, ctx });
      state.own(savepoint);

      return savepoint;
    },

    commit(savepoint, ...rest) {
      requireSavepoint(savepoint);
      return connection.commit(savepoint, ...rest);
    },

    rollback(savepoint, ...rest) {
      requireSavepoint(savepoint);
      return connection.rollback(savepoint, ...rest);
    },

    async transactional(work, options) {
      const ctx = options?.ctx ?? transaction;
      state.check(ctx);

      return connection.transactional(
        (savepoint) => {
          state.own(savepoint);
          return work(savepoint);
        },
        { ...options, ctx },
      );
    },
  };

  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);

      if (typeof value !== 'function' || Object.hasOwn(own, name)) {
        return value;
      }

      return harmless.has(name)
        ? value.bind(target)
        : () => {
            throw new ScopeRefusedError(`A scope keeps its connection: ${String(name)}() is for work outside of it.`);
          };
    },
  });

  function requireSavepoint(savepoint: object): void {
    state.check(savepoint);

    if (!('savepointName' in savepoint)) {
      throw new ScopeRefusedError('A scope ends with its work. Use em.transactional(…) for a part of it.');
    }
  }
}
