import {
  type CreateOptions,
  type EntityData,
  type EntityName,
  type EventSubscriber,
  type FilterOptions,
  type FilterQuery,
  type FindOptions,
  type FlushEventArgs,
  type ForkOptions,
  type IsSubset,
  type PopulateOptions,
  QueryHelper,
  type RequiredEntityData,
  type UpsertManyOptions,
  type UpsertOptions,
  Utils,
} from '@mikro-orm/core';
import type { GetKyselyOptions } from '@mikro-orm/sql';
import type { Kysely, KyselyPlugin } from 'kysely';
import { ScopeRefusedError } from '../errors/database-error.js';
import { EntityManager, type NewEntity } from '../orm/entity-manager.js';
import type { Tables } from '../orm/tables.js';
import type { Scope } from './scope.js';
import { completeData, missingDefaults, scopeCondition } from './scope-condition.js';
import { inFlush, stateOf } from './scoped-driver.js';

/** The properties that a scope gives to new rows. */
type FromScope = 'creator' | 'organization' | 'user' | 'customer';

/** What `em.create` requires of an entity in a scope. */
type NewInScope<Entity, Data = NewEntity<Entity>> = Omit<Data, FromScope> & Partial<Pick<Data, keyof Data & FromScope>>;

/**
 * The unit of work of one scope. All that it does, and all that is made of it, stays in the scope's transaction.
 *
 * Rows that the scope does not have are not there, whichever way they are asked for. A flush that would change one fails
 * with {@link OutOfScopeError}. New rows get the scope's creator, organization or user where none is given.
 */
export class ScopedEntityManager extends EntityManager {
  /** Whose rows this unit of work sees. */
  get scope(): Scope {
    return stateOf(this.driver).scope;
  }

  /** Creates an entity and schedules its insertion. What the scope says of it need not be given. */
  override create<Entity extends object>(
    entityName: EntityName<Entity>,
    data: NewInScope<Entity>,
    options?: CreateOptions<false>,
  ): Entity;

  override create<
    Entity extends object,
    Convert extends boolean = false,
    Data extends RequiredEntityData<Entity, never, Convert> = RequiredEntityData<Entity, never, Convert>,
  >(
    entityName: EntityName<Entity>,
    data: Data & IsSubset<RequiredEntityData<Entity, never, Convert>, Data>,
    options?: CreateOptions<Convert>,
  ): Entity;

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
    return super.create(
      entityName,
      completeData(this.scope, this.getMetadata().get(entityName).class, data),
      options as never,
    );
  }

  /** Inserts a row or updates it. What the scope says of it need not be given, also where the key that decides has it. */
  override async upsert<Entity extends object, Fields extends string = any>(
    nameOrEntity: EntityName<Entity> | Entity,
    data?: EntityData<Entity> | NoInfer<Entity>,
    options?: UpsertOptions<Entity, Fields>,
  ): Promise<Entity> {
    const completed = completeUpsert(this, nameOrEntity as EntityName<Entity>, data ?? (nameOrEntity as Entity));
    return super.upsert(nameOrEntity, data && completed, options);
  }

  /** The same for several rows, in one statement. */
  override async upsertMany<Entity extends object, Fields extends string = any>(
    nameOrEntities: EntityName<Entity> | Entity[],
    data?: (EntityData<Entity> | NoInfer<Entity>)[],
    options?: UpsertManyOptions<Entity, Fields>,
  ): Promise<Entity[]> {
    const completed = (data ?? (nameOrEntities as Entity[])).map((row) =>
      completeUpsert(this, nameOrEntities as EntityName<Entity>, row),
    );
    return super.upsertMany(nameOrEntities, data && completed, options);
  }

  /** @throws {OutOfScopeError} if it would change a row that the scope does not have. The scope is then rolled back. */
  override async flush(): Promise<void> {
    await inFlush(() => super.flush());
  }

  /** A unit of work beside this one, in the same scope and the same transaction. */
  override fork(options: ForkOptions = {}): this {
    if (options.session) {
      throw new ScopeRefusedError('A scope keeps its role and its settings: fork without a session.');
    }

    // In a context it would be whatever unit of work the caller's callers have opened, the owner's for instance.
    return super.fork({ ...options, useContext: false, keepTransactionContext: true, freshEventManager: false });
  }

  override getKysely<Schema = Tables, Options extends GetKyselyOptions = GetKyselyOptions>(
    options?: Options,
  ): Kysely<Schema extends undefined ? any : Schema> {
    return withoutControl(super.getKysely<Schema, Options>(options).withPlugin(whileInUse(this)));
  }

  override async begin(): Promise<never> {
    throw new ScopeRefusedError(ownTransaction);
  }

  override async commit(): Promise<never> {
    throw new ScopeRefusedError(ownTransaction);
  }

  override async rollback(): Promise<never> {
    throw new ScopeRefusedError(ownTransaction);
  }

  override setTransactionContext(context: object): void {
    stateOf(this.driver).check(context);
    super.setTransactionContext(context);
  }

  /** @internal every condition of every read passes here. */
  override async applyFilters<Entity extends object>(
    entityName: EntityName<Entity>,
    where: FilterQuery<Entity> | undefined,
    options: FilterOptions | undefined,
    type: 'read' | 'update' | 'delete',
    findOptions?: FindOptions<any, any, any, any>,
  ): Promise<FilterQuery<Entity> | undefined> {
    // `false` would also switch the scope off, if the scope were a filter like any other.
    if (options === false) {
      throw new ScopeRefusedError(
        'In a scope, filters cannot all be switched off. Name those you mean, such as { filters: { notDeleted: false } }.',
      );
    }

    const filtered = await super.applyFilters(entityName, where, options, type, findOptions);
    const scope = QueryHelper.processWhere({
      where: scopeCondition(this.scope, this.metadata.get(entityName).class, type),
      entityName: entityName as EntityName<any>,
      metadata: this.metadata,
      platform: this.driver.getPlatform(),
      aliased: type === 'read',
    });

    return { $and: [scope, filtered ?? {}] } as FilterQuery<Entity>;
  }

  /** @internal a row stays, whether or not the scope has the rows that it refers to. */
  override async preparePopulate<Entity extends object>(
    entityName: EntityName<Entity>,
    options: FindOptions<Entity, any, any, any>,
    validate?: boolean,
  ): Promise<PopulateOptions<Entity>[]> {
    const populate = await super.preparePopulate(entityName, options, validate);
    joinLoosely(populate);

    return populate;
  }

  /** @internal a cache knows nothing of scopes. */
  override async tryCache(): Promise<undefined> {
    return undefined;
  }

  /** @internal */
  override async storeCache(): Promise<void> {}
}

/** A required relation would be joined so that a row without its target is none. */
function joinLoosely(populate: PopulateOptions<any>[]): void {
  for (const hint of populate) {
    hint.joinType ??= 'left join';
    joinLoosely(hint.children ?? []);
  }
}

const ownTransaction =
  'A scope is one transaction, from its first statement to its last. Use em.transactional(…) for a part of it.';

/** Gives new entities what the scope says of them, however they came into the unit of work. */
export class ScopeDefaults implements EventSubscriber {
  onFlush({ em, uow }: FlushEventArgs): void {
    for (const { entity, type } of uow.getChangeSets()) {
      if (type === 'create' && completeEntity(em as ScopedEntityManager, entity)) {
        uow.recomputeSingleChangeSet(entity);
      }
    }
  }
}

/** The row to upsert with what the scope says of it: an entity itself, or other data. */
function completeUpsert<Entity extends object>(
  em: ScopedEntityManager,
  entityName: EntityName<Entity>,
  row: EntityData<Entity> | Entity,
): EntityData<Entity> | Entity {
  if (Utils.isEntity(row)) {
    completeEntity(em, row);
    return row;
  }

  return completeData(em.scope, em.getMetadata().get(entityName).class, row);
}

/** @returns whether anything was missing */
function completeEntity(em: ScopedEntityManager, entity: object): boolean {
  const { class: entityClass, properties } = em.getMetadata().get(entity.constructor as EntityName<object>);
  const missing = missingDefaults(em.scope, entityClass, entity);

  for (const [property, key] of missing) {
    const target = Reflect.get(properties, property).targetMeta.class as EntityName<object>;
    Reflect.set(entity, property, em.getReference(target, key as never));
  }

  return missing.length > 0;
}

/** What Kysely's transactions have beside queries, though its type does not say so here. */
const transactionControl = ['commit', 'rollback', 'savepoint', 'rollbackToSavepoint', 'releaseSavepoint'];

function withoutControl<Queries extends object>(kysely: Queries): Queries {
  for (const name of transactionControl) {
    Object.defineProperty(kysely, name, {
      value: () => {
        throw new ScopeRefusedError(ownTransaction);
      },
    });
  }

  return kysely;
}

/** Kysely's queries go to the transaction without asking anybody else. */
const whileInUse = (em: ScopedEntityManager): KyselyPlugin => ({
  transformQuery: ({ node }) => {
    em.getConnection().getClient();
    return node;
  },
  transformResult: async ({ result }) => result,
});
