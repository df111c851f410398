import 'reflect-metadata';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { type AbstractSqlDriver, NotFoundError, type Options } from '@mikro-orm/sql';
import { entities } from '../entities/all.js';
import { ConfigurationError } from '../errors/database-error.js';
import { EntityManager } from './entity-manager.js';
import { SoftDeleteSubscriber } from './soft-delete.js';
import { ValuelessLogger } from './valueless-logger.js';

/** How an ORM behaves, beside where its database is. */
export interface OrmBehavior {
  /** The most connections in the pool. Default 10. Over HTTP there is no pool. */
  poolSize?: number | undefined;
  /** Prints every statement, with `?` in place of values. Default false. */
  debug?: boolean | undefined;
}

export type OrmOptions = Options<AbstractSqlDriver, EntityManager, typeof entities>;

/** What MikroORM needs to know of the model, on every transport, in Node and in a Worker. */
export function modelOptions({ poolSize = 10, debug = false }: OrmBehavior = {}): Partial<OrmOptions> {
  if (!Number.isInteger(poolSize) || poolSize < 1) {
    throw new ConfigurationError('poolSize', 'poolSize must be a whole number from 1 on.');
  }

  return {
    entities,
    entityManager: EntityManager,
    metadataProvider: ReflectMetadataProvider,
    subscribers: [new SoftDeleteSubscriber()],
    pool: { max: poolSize },
    debug: debug ? ['query', 'info'] : false,
    loggerFactory: (options) => new ValuelessLogger(options),
    // MikroORM's own would quote the condition.
    findOneOrFailHandler: (entityName) => new NotFoundError(`There is no such ${entityName}.`),
    findExactlyOneOrFailHandler: (entityName) => new NotFoundError(`There is not exactly one such ${entityName}.`),
    allowGlobalContext: false,
    // A misspelt name must be an error, not a new database.
    ensureDatabase: false,
    // Otherwise a deleted parent would hide the rows that must refer to it, and each read would join all parents.
    autoJoinRefsForFilters: false,
    forceUtcTimezone: true,
  };
}
