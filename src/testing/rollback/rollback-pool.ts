import type { Client, Pool, PoolClient } from 'pg';
import { textOf } from '../statements/statements.js';
import type { RollbackConnection } from './rollback-connection.js';
import { isOver, secondConnection } from './rollback-test-error.js';

type Callback = (error: unknown, client?: PoolClient, release?: () => void) => void;
type Waiting = { resolve(client: PoolClient): void; reject(error: Error): void };

/** Gives the code under test one connection in place of a pool's many: that of the test which runs now. */
export class RollbackPool {
  #connection: RollbackConnection | undefined;
  #client: Client | undefined;
  #holder: object | undefined;
  #waiting: Waiting[] = [];

  /** Makes a pool hand out the test's connection. */
  install(pool: Pool): void {
    pool.connect = ((callback?: Callback) => {
      const client = this.#acquire();

      if (!callback) {
        return client;
      }

      client.then(
        (taken) => callback(undefined, taken, () => taken.release()),
        (error: unknown) => callback(error),
      );
      return undefined;
    }) as Pool['connect'];
  }

  /** From now on, and until the next call, this is the connection of the test. */
  use(connection: RollbackConnection | undefined, client: Client | undefined): void {
    this.#refuseWaiting(isOver());
    this.#holder = undefined;
    this.#connection = connection;
    this.#client = client;
  }

  async #acquire(): Promise<PoolClient> {
    const connection = this.#connection;

    if (!connection) {
      throw isOver();
    }

    if (this.#holder && (connection.isInTransaction || connection.isStreaming)) {
      throw secondConnection();
    }

    return this.#holder
      ? new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
      : this.#lend(connection, this.#client!);
  }

  #lend(connection: RollbackConnection, client: Client): PoolClient {
    const holder = {};
    this.#holder = holder;
    let isReleased = false;

    const run = async (query: unknown, values: unknown[] | undefined): Promise<unknown> => {
      if (isReleased) {
        throw isOver();
      }

      const result = await connection.run(textOf(query), () => client.query(query as string, values));
      // Those who wait for a connection would wait for the end of the transaction.
      connection.isInTransaction && this.#refuseWaiting(secondConnection());
      return result;
    };

    const lent = {
      processID: connection.processId,
      query: (query: unknown, ...rest: unknown[]) => {
        if (isCursor(query)) {
          return this.#stream(connection, client, query);
        }

        const callback = rest.findLast((each) => typeof each === 'function') as Callback | undefined;
        const result = run(query, rest.find(Array.isArray));

        if (!callback) {
          return result;
        }

        result.then((value) => callback(undefined, value as PoolClient), callback);
        return undefined;
      },
      release: () => {
        if (!isReleased) {
          isReleased = true;
          void connection.giveBack().then(() => this.#holder === holder && this.#passOn());
        }
      },
    };

    for (const method of ['on', 'once', 'off', 'removeListener', 'listenerCount', 'escapeLiteral'] as const) {
      Reflect.set(lent, method, (client[method] as (...args: unknown[]) => unknown).bind(client));
    }

    return lent as unknown as PoolClient;
  }

  /** A cursor takes the connection for itself, from the first row to the last. */
  #stream(connection: RollbackConnection, client: Client, cursor: Cursor): Cursor {
    this.#refuseWaiting(secondConnection());
    connection.isStreaming = true;
    const started = connection.run(textOf(cursor), async () => client.query(cursor as never));
    started.catch(() => {});
    const read = cursor.read.bind(cursor);
    const close = cursor.close.bind(cursor);

    cursor.read = async (...args) => {
      await started;
      return read(...args);
    };
    cursor.close = async () => {
      try {
        await started.then(
          () => close(),
          () => {},
        );
      } finally {
        await connection.endStream();
      }
    };

    return cursor;
  }

  #passOn(): void {
    this.#holder = undefined;
    const next = this.#waiting.shift();

    if (next && this.#connection) {
      next.resolve(this.#lend(this.#connection, this.#client!));
    }
  }

  #refuseWaiting(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(error);
    }
  }
}

interface Cursor {
  submit: unknown;
  read(...args: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

const isCursor = (query: unknown): query is Cursor =>
  typeof query === 'object' && query !== null && 'submit' in query && 'read' in query;
