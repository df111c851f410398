import { MikroORM } from '@mikro-orm/sql';
import { type ConnectionSettings, checkConnectionSettings } from '../config/connection-settings.js';
import { ConfigurationError } from '../errors/database-error.js';
import type { Orm } from '../orm/create-orm.js';
import { modelOptions, type OrmBehavior } from '../orm/model-options.js';
import { httpOptions } from '../orm/neon/http.js';
import { webSocketOptions } from '../orm/neon/websocket.js';
import { checkTransport, type Transport } from '../orm/transport.js';
import { compiledFunctions } from './compiled-functions.js';

const optionsOf = { websocket: webSocketOptions, http: httpOptions } satisfies Partial<Record<Transport, unknown>>;

/** Where the database is, and how an ORM in a Worker behaves. */
export type WorkerSettings = ConnectionSettings &
  OrmBehavior & {
    /** Default `websocket`. A Worker has no `tcp`. */
    transport?: keyof typeof optionsOf | undefined;
    /**
     * The request's own signal: if the client goes away, all connections are cut, and with them what still runs on the
     * server. The runtime tells of it under the compatibility flag `enable_request_signal`. Default: none.
     */
    signal?: AbortSignal | undefined;
  };

/** What of a Worker's `ExecutionContext` is needed: it keeps the Worker alive until work behind the response is done. */
export interface WaitUntil {
  waitUntil(work: Promise<unknown>): void;
}

/**
 * Runs a request's work with an ORM of its own, and closes it behind the response.
 *
 * In a Worker a connection belongs to the request that opened it, so nothing may be kept for the next one. A result that
 * still reads from the database when it is used, such as a stream, must be used up inside `work`.
 *
 * @returns what `work` returns. An error of `work` is passed on as it is.
 * @throws {ConfigurationError} if a setting is missing or wrong.
 *
 * @example
 * export default {
 *   fetch: (request, env, ctx) =>
 *     withOrm({ ...readConnectionSettings(env), signal: request.signal }, ctx, async (orm) => {
 *       const users = await orm.em.fork().find(User, {});
 *       return Response.json(users);
 *     }),
 * };
 */
export async function withOrm<Result>(
  settings: WorkerSettings,
  context: WaitUntil,
  work: (orm: Orm) => Result | Promise<Result>,
): Promise<Result> {
  const end = new AbortController();
  const signal = settings.signal ? AbortSignal.any([settings.signal, end.signal]) : end.signal;
  const orm = createWorkerOrm({ ...settings, signal });

  try {
    return await work(orm);
  } finally {
    // A connection that does not close must not fail a response that is complete.
    const closed = orm.close().catch(() => {});
    context.waitUntil(closed.then(() => end.abort(new Error(usedTooLate))));
  }
}

const usedTooLate =
  'This ORM was closed with its request. Await all work inside withOrm, or hand its promise to waitUntil in a withOrm of its own.';

function createWorkerOrm({
  method,
  url,
  proxyPort,
  transport = 'websocket',
  signal,
  ...behavior
}: WorkerSettings): Orm {
  requireAsyncContext();
  const settings = checkConnectionSettings({ method, url, proxyPort });
  // A Worker may have six connections at once, for all that it does.
  const model = modelOptions({ poolSize: 3, ...behavior });

  return new MikroORM({
    ...model,
    ...optionsOf[checkTransport(transport, ['websocket', 'http'])](settings, model.pool?.max ?? 1, signal),
    compiledFunctions: stableFunctions,
  });
}

/**
 * MikroORM finds the transaction that a call belongs to by `AsyncLocalStorage`. Where there is none it warns and goes on
 * with one variable for all, so that requests at the same time would work in each other's transactions.
 */
function requireAsyncContext(): void {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };

  if (!process?.versions?.node) {
    throw new ConfigurationError(
      'nodejs_compat',
      'This Worker has no AsyncLocalStorage. Add the compatibility flag nodejs_compat, with a compatibility date from 2024-09-23 on.',
    );
  }
}

/**
 * MikroORM asks for a function by table and number; the compiled ones are named by the table alone.
 *
 * Behind an instance of a class, because MikroORM copies the entries of a plain object.
 */
const stableFunctions = new Proxy(new (class CompiledFunctionsByTable {})(), {
  get: (target, name) => {
    const stableName = String(name).replace(/_\d+(?=-|$)/, '');
    return Reflect.get(Object.hasOwn(compiledFunctions, stableName) ? compiledFunctions : target, stableName);
  },
}) as typeof compiledFunctions;
