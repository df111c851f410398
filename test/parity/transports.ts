import { inspect } from 'node:util';
import { Client as NeonClient, Pool as NeonPool } from '@neondatabase/serverless';
import { Pool } from 'pg';
import { expect } from 'vitest';
import { createHttpExecutor, type HttpExecutor, PostgresError } from '../../src/edge/index.js';
import {
  type ConnectionSettings,
  createOrm,
  getConstraintName,
  getErrorDetail,
  isCheckViolation,
  isForeignKeyViolation,
  isNotNullViolation,
  isUniqueViolation,
  type Orm,
  type Transport,
  transports,
} from '../../src/index.js';
import { test as base } from '../support/database-per-file.js';

/** One thing for each transport. */
export type Each<Value> = Record<Transport, Value>;

/** What the drivers below the ORM have in common. */
export type Query = (text: string, parameters?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/**
 * Asking for `orms` is asking for one database over every transport, and for `drivers` the same without an ORM.
 *
 * The database's time zone is UTC, whatever the server's is: instants are compared as the text that PostgreSQL writes.
 */
export const test = base
  .extend('settings', { scope: 'file' }, async ({ orm, neon, database }): Promise<Required<ConnectionSettings>> => {
    await orm.em.fork().execute(`alter database "${database.name}" set timezone to 'UTC'`);
    return neon;
  })
  .extend('orms', { scope: 'file' }, async ({ settings }, { onCleanup }): Promise<Each<Orm>> => {
    const orms = onEach((transport) => createOrm({ ...settings, transport }));
    onCleanup(() => closed(Object.values(orms).map((each) => each.close())));

    return orms;
  })
  .extend('executor', { scope: 'file' }, ({ settings }): HttpExecutor => createHttpExecutor(settings))
  .extend('drivers', { scope: 'file' }, async ({ settings, executor }, { onCleanup }): Promise<Each<Query>> => {
    const tcp = new Pool({ connectionString: settings.url });
    const webSocket = openNeonPool(settings);
    onCleanup(() => closed([tcp.end(), webSocket.end()]));

    return {
      tcp: async (text, parameters = []) => (await tcp.query(text, [...parameters])).rows,
      websocket: async (text, parameters = []) => (await webSocket.query(text, [...parameters])).rows,
      http: (text, parameters) => executor.query(text, parameters),
    };
  });

/** So that a connection that never comes back fails the file instead of stopping the run. */
export async function closed(closing: Promise<unknown>[]): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('A connection was not given back: its pool cannot close.')), 5_000);

  try {
    await Promise.race([Promise.all(closing), promise]);
  } finally {
    clearTimeout(timer);
  }
}

const onEach = <Value>(make: (transport: Transport) => Value): Each<Value> =>
  Object.fromEntries(transports.map((transport) => [transport, make(transport)])) as Each<Value>;

/** Runs the same on every transport, one after the other. */
export async function collect<Value>(work: (transport: Transport) => Promise<Value>): Promise<Each<Value>> {
  const values: Partial<Each<Value>> = {};

  for (const transport of transports) {
    values[transport] = await work(transport);
  }

  return values as Each<Value>;
}

/** Equal in value, type, name of class and order of keys; `-0` is not `0`, and a missing key is not `undefined`. */
export function expectSame(actual: unknown, expected: unknown, label?: string): void {
  // Printed, a long buffer is cut; compared, a class and its namesake are one.
  expect(actual, label).toEqual(expected);
  expect(print(actual), label).toBe(print(expected));
}

const print = (value: unknown): string =>
  inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY });

/** The Neon driver's own pool. */
function openNeonPool({ url, proxyPort }: Required<ConnectionSettings>): NeonPool {
  const pool = new NeonPool({ connectionString: url });
  pool.Client = class extends NeonClient {
    constructor(config?: ConstructorParameters<typeof NeonClient>[0]) {
      super(config);
      this.neonConfig.wsProxy = () => `127.0.0.1:${proxyPort}/v1`;
      this.neonConfig.useSecureWebSocket = false;
    }
  };

  return pool;
}

/** What the work throws. */
export async function catchError(work: Promise<unknown>): Promise<any> {
  try {
    await work;
  } catch (error) {
    return error;
  }

  throw new Error('Nothing was thrown.');
}

/** The transports that give a connection of one's own. */
export const sessions = ['tcp', 'websocket'] as const;

/** All that an error says, by name, but for its stack; and what its cause knows beyond that. */
export function report(error: any): Record<string, unknown> {
  const { stack: _, cause, ...fields } = error;
  const names = Object.getOwnPropertyNames(PostgresError.prototype).filter(
    (name) => !['constructor', 'reveal'].includes(name),
  );
  const words = ['message', 'hint', 'internalQuery', 'where'].map((name) => [name, cause.reveal(name)]);
  const known = { ...Object.fromEntries(names.map((name) => [name, cause[name]])), ...Object.fromEntries(words) };
  const entries = Object.entries({ class: error.constructor.name, message: error.message, ...fields, cause: known });

  return Object.fromEntries(entries.sort(([one], [other]) => one.localeCompare(other)));
}

/** What the package's own functions say of an error. */
export const judge = (error: unknown) => ({
  isUniqueViolation: isUniqueViolation(error),
  isForeignKeyViolation: isForeignKeyViolation(error),
  isNotNullViolation: isNotNullViolation(error),
  isCheckViolation: isCheckViolation(error),
  constraint: getConstraintName(error),
  detail: getErrorDetail(error),
});
