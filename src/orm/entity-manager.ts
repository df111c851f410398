import {
  type CreateOptions,
  type DeleteOptions,
  type EntityClass,
  type EntityData,
  type EntityName,
  type FilterQuery,
  type FindOptions,
  type IsSubset,
  type LoggingOptions,
  type PopulateOptions,
  Reference,
  type RequiredEntityData,
  type TransactionOptions,
  wrap,
} from '@mikro-orm/core';
import { BasePostgreSqlEntityManager, type GetKyselyOptions, type QueryBuilder } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import { keepSecretsBack } from '../edge/database/secret-columns.js';
import { throughDeleted } from '../entities/history.js';
import type { ProvidedKey } from '../entities/provided-key.js';
import { SoftDeletableEntity } from '../entities/soft-deletable.entity.js';
import { requireUuid } from '../errors/arguments.js';
import { InvalidArgumentError, RowNotFoundError, SlugTakenError } from '../errors/database-error.js';
import { getConstraintName, isUniqueViolation } from '../errors/predicates.js';
import { guardQueryBuilder, kyselyDeleteGuard, refuseHardDelete } from './hard-delete-guard.js';
import { hasSecrets, namedSecrets, readVisibleColumns } from './secret-columns.js';
import { markAsDeleted, notePurge, passOnRemovals, takeBack } from './soft-delete.js';
import type { Tables } from './tables.js';

/** The key, where the caller must give it: for users and the auth tables. */
type ProvidedKeyData<Entity> = typeof ProvidedKey extends keyof Entity ? Pick<Entity, keyof Entity & 'id'> : unknown;

/** What `em.create` requires of an entity: all but what the database or the entity itself provides. */
export type NewEntity<Entity> = RequiredEntityData<Entity> & ProvidedKeyData<Entity>;

/** One entity, a reference to one, or several of them. */
type OneOrMore<Entity extends object> = Entity | Reference<Entity> | Iterable<Entity | Reference<Entity>>;

/** MikroORM's unit of work, which deletes softly and knows the tables of this package. */
export class EntityManager extends BasePostgreSqlEntityManager {
  /** Creates an entity and schedules its insertion with the next flush. */
  override create<
    Entity extends object,
    Convert extends boolean = false,
    Data extends RequiredEntityData<Entity, never, Convert> & ProvidedKeyData<Entity> = RequiredEntityData<
      Entity,
      never,
      Convert
    > &
      ProvidedKeyData<Entity>,
  >(
    entityName: EntityName<Entity>,
    data: Data & IsSubset<RequiredEntityData<Entity, never, Convert>, Data>,
    options?: CreateOptions<Convert>,
  ): Entity;

  /** Creates an entity of which parts are still missing. */
  override create<
    Entity extends object,
    Convert extends boolean = false,
    Data extends EntityData<Entity, Convert> = EntityData<Entity, Convert>,
  >(
    entityName: EntityName<Entity>,
    data: Data & IsSubset<EntityData<Entity, Convert>, Data>,
    options: CreateOptions<Convert> & { partial: true },
  ): Entity;

  override create(entityName: EntityName<object>, data: object, options?: CreateOptions<boolean>): object {
    return super.create(entityName, data, options as never);
  }

  /**
   * Schedules the removal of entities with the next flush.
   *
   * One that has `deletedAt` is not deleted but marked: its row stays, hidden, and can be brought back by
   * {@link restore}. It leaves the identity map with the flush.
   */
  override remove<Entity extends object>(entity: OneOrMore<Entity>): this {
    for (const each of unwrapAll(entity)) {
      const isSoft = each instanceof SoftDeletableEntity;

      // It has no row yet. After a flush that failed, marking it would mark every row, for want of a key.
      if (isSoft && !wrap(each, true).hasPrimaryKey()) {
        takeBack(each);
        this.getUnitOfWork().getPersistStack().delete(each);
        continue;
      }

      // MikroORM's own removal would also detach the loaded rows that refer to this one. They must keep it.
      if (isSoft && wrap(each, true).__managed) {
        markAsDeleted(each);
        super.persist(each);
      } else {
        super.remove(each);
      }
    }

    return this;
  }

  /** Schedules entities for the next flush. Takes back a {@link remove} or {@link purge} that was not flushed yet. */
  override persist<Entity extends object>(entity: OneOrMore<Entity>): this {
    unwrapAll(entity).forEach(takeBack);
    return super.persist(entity);
  }

  /**
   * Schedules the real deletion of rows with the next flush, for good, also of one that is marked as deleted already.
   *
   * Foreign keys decide what happens to rows that refer to them.
   */
  purge<Entity extends object>(entity: OneOrMore<Entity>): this {
    unwrapAll(entity).forEach(notePurge);
    return super.remove(entity);
  }

  /**
   * Brings back a row that {@link remove} marked, at once, and returns its entity. A live row is left as it is.
   *
   * @throws {InvalidArgumentError} unless `id` is a UUID.
   * @throws {SlugTakenError} if another live row has taken its slug meanwhile; nothing is changed then.
   * @throws {RowNotFoundError} if there is no such row.
   */
  async restore<Entity extends SoftDeletableEntity>(entityClass: EntityClass<Entity>, id: string): Promise<Entity> {
    requireUuid('id', id);
    const entityName = entityClass as EntityClass<SoftDeletableEntity>;
    const name = this.getMetadata(entityName).className;
    const managed = this.getUnitOfWork().getById(entityName, id);
    managed && takeBack(managed);

    try {
      // A transaction of its own, or a savepoint in the caller's, which a clash must not abort.
      await this.fork({ keepTransactionContext: true }).transactional((em) =>
        em.nativeUpdate(entityName, { id, deletedAt: { $ne: null } }, { deletedAt: null }, { filters: throughDeleted }),
      );
    } catch (error) {
      throw isUniqueViolation(error) ? new SlugTakenError(name, getConstraintName(error)) : error;
    }

    const restored = await this.findOneOrFail(entityName, id, {
      // What the caller changed on an entity that is loaded already stays as it is.
      ...(managed && { refresh: true, fields: ['deletedAt', 'updatedAt'] }),
      failHandler: () => new RowNotFoundError(`There is no ${name} with that id to restore, not even a deleted one.`),
    });

    return restored as unknown as Entity;
  }

  /** Runs `work` in one transaction, or in a savepoint inside another, and commits what it did together or not at all. */
  override async transactional<Result>(
    work: (em: this) => Result | Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result> {
    let inner: this | undefined;
    const result = await super.transactional((em) => {
      inner = em;
      return work(em);
    }, options);
    inner && passOnRemovals(inner, this.getContext(false));

    return result;
  }

  /** MikroORM's reading of `populate`, where `*` stands for all relations and, beside it, secrets stay named. */
  override async preparePopulate<Entity extends object>(
    entityName: EntityName<Entity>,
    options: FindOptions<Entity, any, any, any>,
    validate?: boolean,
  ): Promise<PopulateOptions<Entity>[]> {
    const named = namedSecrets(this.getMetadata().get(entityName), options.populate);
    return [...(await super.preparePopulate(entityName, options, validate)), ...named];
  }

  /**
   * MikroORM's way into the result cache.
   *
   * @throws {InvalidArgumentError} for an entity that has secrets: they, and the queries that look for them, are not kept.
   */
  override async tryCache<Entity extends object, Result>(
    entityName: EntityName<Entity>,
    config: boolean | number | [string, number] | undefined,
    key: unknown,
    ...rest: boolean[]
  ): Promise<{ data?: Result | null; key: string } | undefined> {
    if (config && hasSecrets(this.getMetadata().get(entityName))) {
      throw new InvalidArgumentError('cache', 'Rows of a table that has secrets are not cached. Leave out cache.');
    }

    return super.tryCache<Entity, Result>(entityName, config, key, ...rest);
  }

  /** @throws {HardDeleteRefusedError} for an entity that has `deletedAt`. */
  override async nativeDelete<Entity extends object>(
    entityName: EntityName<Entity>,
    where: FilterQuery<NoInfer<Entity>>,
    options?: DeleteOptions<Entity>,
  ): Promise<number> {
    refuseHardDelete(this.getMetadata().get(entityName), 'nativeDelete');
    return super.nativeDelete(entityName, where, options);
  }

  /** A query builder whose `delete` and `truncate` are refused for an entity that has `deletedAt`. */
  override createQueryBuilder<Entity extends object, RootAlias extends string = never>(
    entityName: EntityName<Entity> | QueryBuilder<Entity>,
    alias?: RootAlias,
    type?: 'read' | 'write',
    loggerContext?: LoggingOptions,
  ): QueryBuilder<Entity, RootAlias> {
    return guardQueryBuilder(super.createQueryBuilder(entityName, alias, type, loggerContext), this.getMetadata());
  }

  /**
   * Kysely over this unit of work's transaction, typed with every table under its name in the database.
   *
   * Values arrive as the entities have them: instants as `Date`, `bigint` as number. Under an alias or in a function
   * they arrive as the driver's text, because Kysely does not tell of which column they are.
   *
   * Secrets (passwords and tokens) are selected where they are named, and not by `selectAll()` and `returningAll()`, though
   * the type of their rows lists them.
   */
  override getKysely<Schema = Tables, Options extends GetKyselyOptions = GetKyselyOptions>(
    options?: Options,
  ): Kysely<Schema extends undefined ? any : Schema> {
    const kysely = super.getKysely<any>({ convertValues: true, ...options });
    const metadata = this.getMetadata();
    return kysely.withPlugin(kyselyDeleteGuard(metadata)).withPlugin(keepSecretsBack(readVisibleColumns(metadata)));
  }
}

function unwrapAll<Entity extends object>(entity: OneOrMore<Entity>): Entity[] {
  const entities = Symbol.iterator in entity ? [...entity] : [entity];
  return entities.map((each) => Reference.unwrapReference(each as Entity));
}
