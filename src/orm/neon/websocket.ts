import { Client, neonConfig, Pool } from '@neondatabase/serverless';
import { PostgresDialect, type PostgresPool } from 'kysely';
import type { ConnectionSettings } from '../../config/connection-settings.js';
import { type NeonAddress, neonAddress } from '../../config/neon-address.js';
import { ConfigurationError, ConnectionFailedError } from '../../errors/database-error.js';
import { connectTimeoutMs, startupParameters } from '../login.js';
import type { OrmOptions } from '../model-options.js';
import { redactErrors } from '../redact-errors.js';
import { releaseLostConnections } from '../release-lost-connections.js';
import { keepScopes } from '../scoped-connections.js';
import { Cursor } from './cursor.js';
import { neonOptions } from './neon-driver.js';
import { ormTypes } from './neon-platform.js';

/**
 * MikroORM's options for PostgreSQL's protocol inside a WebSocket, through Neon's proxy or the local one.
 *
 * @param signal cuts all connections when it is aborted, and lets no new one be made.
 * @throws {ConfigurationError} if the driver is set to send a pool's queries over HTTP, each in a transaction of its own.
 */
export function webSocketOptions(
  settings: ConnectionSettings,
  poolSize: number,
  signal?: AbortSignal,
): Partial<OrmOptions> {
  refuseFetchPool();
  const address = neonAddress(settings);

  return neonOptions(address, () => {
    const pool = new WebSocketPool(address, signal, {
      host: address.host,
      port: address.port,
      user: address.user,
      password: address.password,
      database: address.database,
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      types: ormTypes,
      ...startupParameters(settings),
    });

    // Kysely's types are those of `pg`, whose `connect()` gives the client, which nobody here uses.
    return keepScopes(
      releaseLostConnections(
        redactErrors(new PostgresDialect({ pool: pool as unknown as PostgresPool, cursor: Cursor as never })),
      ),
    );
  });
}

function refuseFetchPool(): void {
  if (neonConfig.poolQueryViaFetch) {
    throw new ConfigurationError(
      'poolQueryViaFetch',
      'neonConfig.poolQueryViaFetch is on: each query of a pool would run by itself, outside its transaction. Remove it.',
    );
  }
}

type ClientConfig = ConstructorParameters<typeof Client>[0];
type PoolConfig = ConstructorParameters<typeof Pool>[0];

/** The driver's pool, whose clients know their proxy by themselves: the driver's process-wide settings stay untouched. */
class WebSocketPool extends Pool {
  constructor(address: NeonAddress, signal: AbortSignal | undefined, config: PoolConfig) {
    super(config);

    this.Client = class extends WebSocketClient {
      constructor(clientConfig?: ClientConfig) {
        super(address, signal, clientConfig);
      }
    };

    // Without a listener, a connection that dies while it is idle would end the process. The pool has dropped it by now.
    this.on('error', () => {});
    this.on('connect', (client: Client) => client.on('error', () => {}));
  }
}

class WebSocketClient extends Client {
  readonly #address: NeonAddress;
  readonly #signal: AbortSignal | undefined;
  #hasEnded = false;

  constructor(address: NeonAddress, signal: AbortSignal | undefined, config?: ClientConfig) {
    super(config);
    this.#address = address;
    this.#signal = signal;
    this.neonConfig.wsProxy = () => address.webSocket;
    this.neonConfig.useSecureWebSocket = address.isSecure;
    // By default the driver takes a connection for made before the login is answered: a round trip less, but no time limit
    // for a compute that does not wake up, and a refused login would come as the first query's error.
    this.neonConfig.pipelineConnect = false;
    // By default it waits for a timer before each frame, which takes longer than a query: 1.4 ms in place of 0.2 ms.
    this.neonConfig.coalesceWrites = false;
  }

  override connect(): Promise<void>;
  override connect(callback: (error?: Error) => void): void;
  override connect(callback?: (error?: Error) => void): Promise<void> | void {
    const connected = this.#connect();
    return callback ? void connected.then(() => callback(), callback) : connected;
  }

  async #connect(): Promise<void> {
    refuseFetchPool();
    this.#signal?.throwIfAborted();
    const cut = () => void this.neonConfig.destroy();
    this.#signal?.addEventListener('abort', cut);
    this.once('end', () => {
      this.#hasEnded = true;
      this.#signal?.removeEventListener('abort', cut);
    });

    try {
      await super.connect();
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw this.#explain(error);
    }
  }

  /** The driver would wait for the end of a connection that has ended before, and the pool with it. */
  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    if (!this.#hasEnded) {
      return callback ? super.end(callback) : super.end();
    }

    return callback ? queueMicrotask(callback as () => void) : Promise.resolve();
  }

  /** A WebSocket that does not open is reported by an event, which is no error and has no stack. */
  #explain(error: unknown): Error {
    return error instanceof Error
      ? error
      : new ConnectionFailedError(
          `The WebSocket to ${this.#address.webSocket} did not open: nothing listens there, or it is no proxy for PostgreSQL.`,
          true,
        );
  }
}
