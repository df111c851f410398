import type { ConnectionSettings } from '../../config/connection-settings.js';
import { neonAddress } from '../../config/neon-address.js';
import { HttpDialect, type StatementExecutor } from '../../edge/database/http-dialect.js';
import { createHttpExecutor } from '../../edge/http-executor.js';
import { PostgresError, postgresFieldNames } from '../../errors/query-failed-error.js';
import { causesOf } from '../../errors/sqlstate.js';
import type { OrmOptions } from '../model-options.js';
import { neonOptions } from './neon-driver.js';
import { ormTypes } from './neon-platform.js';

/**
 * MikroORM's options for one statement per round trip. Whatever needs a transaction is refused before it is sent.
 *
 * @param signal ends all calls when it is aborted.
 */
export function httpOptions(
  settings: ConnectionSettings,
  _poolSize: number,
  signal?: AbortSignal,
): Partial<OrmOptions> {
  const address = neonAddress(settings);
  const { execute } = createHttpExecutor(settings);
  const executor: StatementExecutor = {
    execute: (statement, options) =>
      execute(statement, { ...options, signal: eitherOf(signal, options?.signal) }).catch((error) => {
        throw asOfPg(error);
      }),
  };

  return neonOptions(address, () => new HttpDialect(executor, ormTypes));
}

const eitherOf = (one?: AbortSignal, other?: AbortSignal): AbortSignal | undefined =>
  one && other ? AbortSignal.any([one, other]) : (one ?? other);

/** Gives PostgreSQL's errors the form in which MikroORM knows them, so that its exceptions are those of other transports. */
function asOfPg(error: unknown): unknown {
  const cause = [...causesOf(error)].find((each) => each instanceof PostgresError);

  // What the proxy refuses by itself has no SQLSTATE, and is said better by this package's own error.
  if (!cause?.code) {
    return error;
  }

  const fields = postgresFieldNames.map((name) => [name, Reflect.get(cause, name)]);
  return Object.assign(new Error(cause.serverMessage), { name: 'error' }, Object.fromEntries(fields));
}
