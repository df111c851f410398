import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient } from 'pg';
import { cancel } from './cancel.js';
import type { Login } from './connection-string.js';
import type { Address } from './loopback.js';
import { RequestError } from './request-error.js';
import { ResponseLimit } from './response-limit.js';
import { runStatements } from './statements.js';

/** Most connections of a login; further requests wait. As many as Neon's proxy keeps. */
const maxPerLogin = 20;

/**
 * Milliseconds that a connection stays open for the next request.
 *
 * PostgreSQL waits five seconds for connections to go before it refuses to drop or to clone a database.
 */
const idleMs = 1000;

/** The server could not, as opposed to would not: out of resources, shutting down or starting, broken. */
const unavailable = /^(?:53|57|58|XX)/;

/** The connections to the server that HTTP requests use in turn, each after a reset. */
export class Sessions {
  readonly #pools = new Map<string, Pool>();
  readonly #connecting = new Set<Client>();
  readonly #cancels = new Set<Promise<void>>();

  constructor(
    private readonly backend: Address,
    private readonly connectTimeoutMs: number,
  ) {}

  /**
   * Runs the work on a connection that nothing of an earlier request is left on.
   *
   * What the work leaves behind is gone when this returns. If the signal aborts, what the work runs is cancelled.
   *
   * @param end `commit` commits what the work has done.
   * @throws {RequestError} if the login fails, and PostgreSQL's error if the commit does.
   */
  async use<Result>(
    login: Login,
    signal: AbortSignal,
    work: (client: PoolClient) => Promise<Result>,
    end?: 'commit',
  ): Promise<Result> {
    const client = await this.#connect(login, signal);

    // It may have aborted in the moment between.
    if (signal.aborted) {
      client.release();
      throw aborted();
    }

    const stop = () => {
      const cancelling = cancel(this.backend, cancelKey(client)).finally(() => void this.#cancels.delete(cancelling));
      this.#cancels.add(cancelling);
      client.release(true);
    };
    signal.addEventListener('abort', stop, { once: true });
    let isClean = false;

    try {
      const result = await work(client);
      isClean = await reset(client, end);
      return result;
    } finally {
      signal.removeEventListener('abort', stop);

      if (!signal.aborted) {
        client.release(!isClean);
      }
    }
  }

  /** Ends all connections. Requests that still run must have been aborted. */
  async close(): Promise<void> {
    for (const client of this.#connecting) {
      client.connection.stream.destroy();
    }

    await Promise.all([...this.#pools.values()].map((pool) => pool.end()));
    await Promise.all(this.#cancels);
  }

  async #connect(login: Login, signal: AbortSignal): Promise<PoolClient> {
    const connecting = this.#poolOf(login).connect();

    try {
      return await unlessAborted(connecting, signal);
    } catch (error) {
      connecting.then(
        (client) => client.release(),
        () => {},
      );
      throw this.#connectError(error, login);
    }
  }

  #poolOf(login: Login): Pool {
    const key = JSON.stringify([login.user, login.password, login.database]);
    const found = this.#pools.get(key);

    if (found) {
      return found;
    }

    const pool = new Pool({ max: maxPerLogin, idleTimeoutMillis: idleMs, Client: this.#clientClass(login) });
    // A connection that breaks is replaced; who was using it gets an error by itself.
    pool.on('error', () => {});
    pool.on('connect', (client) => void client.on('error', () => {}));
    this.#pools.set(key, pool);
    return pool;
  }

  /** A class, as the pool has one time limit for connecting and for waiting its turn, where a long query is no failure. */
  #clientClass(login: Login): new () => Client {
    const connecting = this.#connecting;
    const config: ClientConfig = {
      ...login,
      ...this.backend,
      // Named, so that neither PGOPTIONS nor PGSSLMODE of the developer's shell decides.
      options: '-c client_encoding=UTF8',
      ssl: false,
      types: { getTypeParser: () => (text: string) => text },
      connectionTimeoutMillis: this.connectTimeoutMs,
    };

    return class extends Client {
      constructor() {
        super(config);
        connecting.add(this);
        const settle = () => void connecting.delete(this);
        this.once('connect', settle).once('end', settle);
      }
    };
  }

  #connectError(error: unknown, { user }: Login): RequestError {
    if (!(error instanceof DatabaseError)) {
      const { host, port } = this.backend;
      const { code, message } = error as NodeJS.ErrnoException;
      return new RequestError(500, `couldn't connect to PostgreSQL on ${host}:${port} (${code ?? message})`);
    }

    if (error.code === invalidPassword) {
      return new RequestError(400, `password authentication failed for user '${user}'`);
    }

    return new RequestError(unavailable.test(error.code ?? '') ? 500 : 400, error.message, error);
  }
}

/** SQLSTATE, for a user that does not exist as well. */
const invalidPassword = '28P01';

/**
 * Ends the work, and returns whether the connection is as good as new. Both in one round trip, in which a commit that fails
 * takes the reset with it.
 *
 * Inside of a transaction the reset is refused: that ends with its connection.
 */
async function reset(client: PoolClient, end: 'commit' | undefined): Promise<boolean> {
  const done: string[] = [];
  const statements = [...(end ? [end] : []), 'discard all'].map((text) => ({ text, values: [], arrayMode: undefined }));

  try {
    await runStatements(client, statements, { arrayMode: true, rawText: true }, new ResponseLimit(Infinity), done);
    return true;
  } catch (error) {
    if (end && done.length === 0) {
      throw error;
    }

    return false;
  }
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted());
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));

    if (signal.aborted) {
      stop();
    }
  });
}

/** Nobody is there to read it. */
const aborted = (): RequestError => new RequestError(400, 'the request was aborted');

function cancelKey(client: PoolClient): Buffer {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const key = Buffer.alloc(8);
  key.writeInt32BE(processID, 0);
  key.writeInt32BE(secretKey, 4);
  return key;
}
