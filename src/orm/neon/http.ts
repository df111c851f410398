import type { ConnectionSettings } from '../../config/connection-settings.js';
import { neonAddress } from '../../config/neon-address.js';
import { HttpDialect, type StatementExecutor } from '../../edge/database/http-dialect.js';
import { createHttpExecutor } from '../../edge/http-executor.js';
import { withoutValues } from '../../errors/without-values.js';
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
        // In the form in which MikroORM knows them, so that its exceptions are those of other transports.
        throw withoutValues(error);
      }),
  };

  return neonOptions(address, () => new HttpDialect(executor, ormTypes));
}

const eitherOf = (one?: AbortSignal, other?: AbortSignal): AbortSignal | undefined =>
  one && other ? AbortSignal.any([one, other]) : (one ?? other);
