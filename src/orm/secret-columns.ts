import {
  type EntityKey,
  type EntityMetadata,
  type EntityProperty,
  type MetadataStorage,
  type PopulateOptions,
  ReferenceKind,
} from '@mikro-orm/core';
import { type AbstractSqlDriver, type QueryBuilder, QueryType } from '@mikro-orm/sql';

/** What is private or protected in MikroORM of that which is changed here. */
interface DriverInternals {
  buildFields(meta: EntityMetadata, populate: { field: string }[], ...rest: unknown[]): unknown[];
  createQueryBuilder(...args: unknown[]): QueryBuilder;
}

interface QueryBuilderInternals {
  finalize(): void;
  clone(...args: unknown[]): QueryBuilder;
}

/** Whether an entity's property is a secret, which is selected by name only. */
const isSecret = ({ lazy, hidden }: Pick<EntityProperty, 'lazy' | 'hidden'>): boolean => Boolean(lazy && hidden);

/** Whether an entity has secrets. */
export const hasSecrets = ({ props }: Pick<EntityMetadata, 'props'>): boolean => props.some(isSecret);

const hasColumn = ({ kind, persist, fieldNames }: EntityProperty): boolean =>
  persist !== false && [ReferenceKind.SCALAR, ReferenceKind.MANY_TO_ONE].includes(kind) && fieldNames?.length > 0;

/** The columns that `*` stands for. */
const visibleColumns = ({ props }: EntityMetadata): string[] =>
  props.filter((prop) => hasColumn(prop) && !isSecret(prop)).flatMap(({ fieldNames }) => fieldNames);

/** For each table that has secrets, under its name in the database, the columns that `*` stands for. */
export function readVisibleColumns(metadata: MetadataStorage): ReadonlyMap<string, readonly string[]> {
  return new Map([...metadata].filter(hasSecrets).map((meta) => [meta.tableName, visibleColumns(meta)]));
}

/** The secrets that a `populate` names beside `*`, which MikroORM would forget over the star. */
export function namedSecrets<Entity extends object>(
  { properties }: EntityMetadata<Entity>,
  populate: unknown,
): PopulateOptions<Entity>[] {
  const asked = Array.isArray(populate) && populate.includes('*') ? (populate as EntityKey<Entity>[]) : [];
  return asked.filter((name) => properties[name] && isSecret(properties[name])).map((field) => ({ field }));
}

/**
 * Lets a driver select secrets only where a query names them: not for `*`, be it in `fields`, in `populate`, in a query
 * builder's `select` or `returning`, or where nothing is said.
 */
export function keepSecretsBack(driver: AbstractSqlDriver): void {
  const internals = driver as unknown as DriverInternals;
  const { buildFields, createQueryBuilder } = internals;

  // By `this`, since in a scope the driver is another one, which has this one for its prototype and another connection.
  internals.buildFields = function (this: DriverInternals, meta, populate, ...rest) {
    const fields = buildFields.call(this, meta, populate, ...rest);
    const { fields: asked } = rest[3] as { fields?: string[] };
    const named = asked ?? populate.map(({ field }) => field);

    return hasSecrets(meta) ? withoutUnnamed(fields, meta, named) : fields;
  };

  internals.createQueryBuilder = function (this: DriverInternals, ...args) {
    return expandStars(createQueryBuilder.apply(this, args), driver);
  };
}

function withoutUnnamed(fields: unknown[], { props, properties }: EntityMetadata, named: string[]): unknown[] {
  const all = fields.flatMap((field) => (field === '*' ? props.filter(hasColumn).map(({ name }) => name) : [field]));

  return all.filter((field) => {
    const prop = typeof field === 'string' && Object.hasOwn(properties, field) && properties[field];
    return !prop || !isSecret(prop) || named.includes(prop.name);
  });
}

/** Writes the columns in place of `*`, at the last moment: until then MikroORM itself looks for the star. */
function expandStars(builder: QueryBuilder, driver: AbstractSqlDriver): QueryBuilder {
  const internals = builder as unknown as QueryBuilderInternals;
  const finalize = internals.finalize.bind(builder);
  const clone = internals.clone.bind(builder);

  internals.finalize = () => {
    const { state } = builder;

    if (!state.type) {
      builder.select('*' as never);
    }

    for (const list of state.finalized ? [] : (['fields', 'returning'] as const)) {
      const columns = state[list]?.flatMap((field) => columnsFor(field, builder, driver));
      Object.assign(state, columns && { [list]: columns });
    }

    finalize();
  };
  internals.clone = (...args) => expandStars(clone(...args), driver);

  return builder;
}

function columnsFor(field: unknown, { mainAlias, state, type }: QueryBuilder, driver: AbstractSqlDriver): unknown[] {
  const [star, alias = mainAlias.aliasName] = (typeof field === 'string' && /^(?:(.+)\.)?\*$/.exec(field)) || [];
  const entityName = star && state.aliases[alias]?.entityName;
  const meta = entityName ? driver.getMetadata().find(entityName) : undefined;
  // Only a SELECT gives its table an alias.
  const prefix = type === QueryType.SELECT ? `${alias}.` : '';

  return meta && hasSecrets(meta) ? visibleColumns(meta).map((column) => prefix + column) : [field];
}
