import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { SeedManager } from '@mikro-orm/seeder';
import type { AbstractSqlDriver, Options } from '@mikro-orm/sql';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { entities } from '../entities/all.js';
import { ConfigurationError } from '../errors/database-error.js';
import { EntityManager } from './entity-manager.js';
import { SoftDeleteSubscriber } from './soft-delete.js';
import { tcpOptions } from './tcp.js';

/** How an ORM behaves, beside where its database is. */
export interface OrmBehavior {
  /** The most connections in the pool. Default 10. */
  poolSize?: number | undefined;
  /** Prints every statement, with `?` in place of values. Default false. */
  debug?: boolean | undefined;
}

export type OrmOptions = Options<AbstractSqlDriver, EntityManager, typeof entities>;

/** What MikroORM and its command line need to know of this package. */
export function ormOptions(
  settings: ConnectionSettings,
  { poolSize = 10, debug = false }: OrmBehavior = {},
): Partial<OrmOptions> {
  if (!Number.isInteger(poolSize) || poolSize < 1) {
    throw new ConfigurationError('poolSize', 'poolSize must be a whole number from 1 on.');
  }

  return {
    ...tcpOptions(settings),
    driver: PostgreSqlDriver,
    entities,
    entityManager: EntityManager,
    metadataProvider: ReflectMetadataProvider,
    subscribers: [new SoftDeleteSubscriber()],
    extensions: [Migrator, SeedManager],
    pool: { max: poolSize },
    debug: debug ? ['query', 'info'] : false,
    allowGlobalContext: false,
    // A misspelt name must be an error, not a new database.
    ensureDatabase: false,
    // Otherwise a deleted parent would hide the rows that must refer to it, and each read would join all parents.
    autoJoinRefsForFilters: false,
    forceUtcTimezone: true,
    migrations: {
      path: folder('migrations'),
      snapshotName: '.snapshot',
      // Taken from a database, the snapshot would hide what the entities do not declare.
      snapshotOnMigrate: false,
      emit: 'ts',
    },
    seeder: {
      path: folder('seeders'),
      defaultSeeder: 'DatabaseSeeder',
    },
  };
}

/** A folder beside `orm`, in the sources as in the compiled package. */
const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
