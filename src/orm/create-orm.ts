import { type AbstractSqlDriver, type EntityClass, MikroORM } from '@mikro-orm/sql';
import {
  type ConnectionSettings,
  checkConnectionSettings,
  readConnectionSettings,
} from '../config/connection-settings.js';
import type { entities } from '../entities/all.js';
import type { MigrationOptions } from '../migrator/migration-options.js';
import type { EntityManager } from './entity-manager.js';
import type { OrmBehavior } from './model-options.js';
import { ormOptions } from './options.js';
import type { Transport } from './transport.js';

/** The unit of work's factory and all around it: `orm.em.fork()` per request, `orm.migrator`, `orm.schema`, `orm.close()`. */
export type Orm = MikroORM<AbstractSqlDriver, EntityManager, typeof entities>;

/** What a package above this one adds to the model and to its history. */
export interface OwnModel extends MigrationOptions {
  /** Entities beside those of this package. They may refer to them. */
  entities?: readonly EntityClass[] | undefined;
}

/** Where the database is, if not where the environment says, how the ORM behaves, and what is added to the model. */
export type CreateOrmOptions = OrmBehavior &
  OwnModel & {
    /** Default `tcp`. */
    transport?: Transport | undefined;
  } & (ConnectionSettings | { method?: never; url?: never; proxyPort?: never });

/**
 * Makes an ORM. It opens nothing: the first query connects, and `orm.close()` lets the process end.
 *
 * All transports have the same entities, filters and errors. Over `http` there are no transactions, so `em.flush()` and
 * `em.transactional()` are refused; reads, and single statements such as `em.nativeUpdate()`, work.
 *
 * @param options without `method` and `url` the environment decides, see {@link readConnectionSettings}; with them it is
 *   not read.
 * @throws {ConfigurationError} if a setting is missing or wrong.
 *
 * @example
 * const orm = createOrm();
 * const em = orm.em.fork();
 * const user = await em.findOne(User, { email: 'ada@example.org' });
 */
export function createOrm(options: CreateOrmOptions = {}): Orm {
  const { method, url, proxyPort, transport, entities, migrations, referenceData, ...behavior } = options;
  const settings =
    method === undefined && url === undefined
      ? readConnectionSettings()
      : checkConnectionSettings({ method, url, proxyPort } as ConnectionSettings);

  return new MikroORM(ormOptions(settings, behavior, transport, { entities, migrations, referenceData }));
}
