import { AsyncLocalStorage } from 'node:async_hooks';
import type { MikroORM } from '@mikro-orm/core';
import type { Pool, PoolClient } from 'pg';
import { type Command, readCommand } from '../rollback/commands.js';

/** What is told of each statement that the code under test sends. */
type Listener = (sql: string) => void;

/** Those who listen to the work that runs now, and to what it starts. */
const listeners = new AsyncLocalStorage<Listener[]>();

/** What only says where a transaction or a scope begins and ends. */
const control = /^\s*(savepoint|release|rollback\s+to|set\s+transaction)\b|^\s*select\s+set_config\s*\(/i;

/** Runs the work, and tells `listener` of each statement that it sends. */
export function whileListening<Result>(listener: Listener, work: () => Result): Result {
  return listeners.run([...(listeners.getStore() ?? []), listener], work);
}

/** Those who listen to all statements of a connection pool, by the pool's owner. */
const ofOrm = new WeakMap<object, Set<Listener>>();

/** Tells `listener` of each statement of an ORM that the harness has made, until the returned function is called. */
export function listenTo(orm: object, listener: Listener): () => void {
  const known = ofOrm.get(orm) ?? new Set();
  ofOrm.set(orm, known.add(listener));

  return () => known.delete(listener);
}

/** Tells of a statement, unless it is about transactions only. */
export function publishStatement(orm: object, sql: string, command: Command = readCommand(sql)): void {
  if (command.kind !== 'plain' || control.test(sql)) {
    return;
  }

  for (const listener of [...(listeners.getStore() ?? []), ...(ofOrm.get(orm) ?? [])]) {
    listener(sql);
  }
}

/**
 * Calls `install` with each connection pool of the ORM, before its first use.
 *
 * @throws {Error} if the ORM has no pool of `pg`.
 */
export function onPool(orm: MikroORM<any, any, any>, install: (pool: Pool) => void): void {
  const given: unknown = orm.config.get('driverOptions') ?? {};
  const connection = orm.em.getConnection() as { options: { driverOptions?: object }; getClient(): unknown };
  let isInstalled = false;

  if (typeof given === 'object' && given !== null && !('createDriver' in given)) {
    const driverOptions = {
      ...given,
      onPoolCreated: (pool: Pool) => {
        isInstalled = true;
        install(pool);
      },
    };
    // The connection has a copy of the options, which ends with `orm.close()`.
    orm.config.set('driverOptions', driverOptions as never);
    connection.options.driverOptions = driverOptions;
    connection.getClient();
  }

  if (!isInstalled) {
    throw new Error(
      'createOrm must make an ORM over TCP: the harness works with the connection pool of @mikro-orm/postgresql. Leave out transport and driverOptions.',
    );
  }
}

/** Tells of all statements of an ORM whose connections are real ones. */
export function publishStatementsOf(orm: MikroORM<any, any, any>): void {
  onPool(orm, (pool) => {
    pool.on('connect', (client: PoolClient) => {
      const query: (...args: unknown[]) => unknown = client.query.bind(client);
      client.query = ((...args: unknown[]) => {
        publishStatement(orm, textOf(args[0]));
        return query(...args);
      }) as never;
    });
  });
}

/** The SQL of what `pg` is asked to run: a text, or an object that has one. */
export function textOf(query: unknown): string {
  return typeof query === 'string' ? query : String((query as { text?: unknown }).text ?? '');
}
