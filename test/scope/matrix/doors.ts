import type { ConnectionSettings } from '../../../src/config/connection-settings.js';
import {
  createEdgeDatabase,
  createHttpExecutor,
  type EdgeDatabase,
  type HttpExecutor,
} from '../../../src/edge/index.js';
import { inScope, type Orm, type Scope, type ScopedEntityManager } from '../../../src/index.js';

/** A way into a scope, and what one has inside of it. */
export interface Door<Inside> {
  open<Result>(scope: Scope, work: (inside: Inside) => Result | Promise<Result>): Promise<Result>;
  /** The same again, with nothing loaded. */
  fresh(inside: Inside): Inside;
}

export const throughOrm = (orm: Orm): Door<ScopedEntityManager> => ({
  open: (scope, work) => inScope(orm, scope, work),
  fresh: (em) => em.fork(),
});

/** What HTTP has of a scope. The database is taken as if it had any table. */
export interface HttpInside {
  executor: HttpExecutor;
  db: EdgeDatabase & Record<'selectFrom' | 'insertInto' | 'updateTable' | 'deleteFrom' | 'mergeInto', any>;
}

export function throughHttp(settings: ConnectionSettings): Door<HttpInside> {
  const executor = createHttpExecutor(settings);

  return {
    open: async (scope, work) =>
      work({ executor: executor.scope(scope), db: createEdgeDatabase(executor, { scope }) as HttpInside['db'] }),
    fresh: (inside) => inside,
  };
}
