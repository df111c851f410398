import type { EntityMetadata, EntityName, EntityProperty } from '@mikro-orm/core';
import type { Orm } from '../../../src/index.js';
import { type Row, rows } from './world.js';

/** What a way is tried on: an entity and all its rows in the world. */
export interface Subject {
  name: string;
  table: string;
  /** As if it were an entity with nothing but a key: the ways take any. */
  entity: EntityName<Keyed>;
  meta: EntityMetadata<Keyed>;
  rows: readonly Row[];
  /** Relations of any entity whose target this is. */
  relationsTo: readonly Relation[];
}

interface Keyed {
  id: string;
}

export interface Relation {
  source: EntityName<any>;
  sourceTable: string;
  property: EntityProperty<any>;
}

/** Every entity of the model that has a table. */
export function subjectsOf(orm: Orm): Subject[] {
  const metas = [...orm.getMetadata()].filter(({ abstract }) => !abstract) as EntityMetadata<any>[];
  const relations = metas.flatMap((meta) =>
    meta.relations.map((property) => ({
      source: meta.class as EntityName<any>,
      sourceTable: meta.tableName,
      property,
    })),
  );

  return metas.map((meta) => ({
    name: meta.className,
    table: meta.tableName,
    entity: meta.class as EntityName<Keyed>,
    meta,
    rows: rows.filter(({ table }) => table === meta.tableName),
    relationsTo: relations.filter(({ property }) => property.targetMeta?.tableName === meta.tableName),
  }));
}

/** The column of a relation that holds the key of the other row. */
export const columnOf = (property: EntityProperty<any>): string =>
  property.kind === '1:m' ? columnOf(property.targetMeta!.properties[property.mappedBy]!) : property.fieldNames[0]!;

/** The property that a column of the subject is. */
export const propertyOf = ({ meta }: Subject, column: string): string =>
  meta.props.find(({ fieldNames, kind }) => kind !== '1:m' && fieldNames?.[0] === column)!.name;

/** A key that no row has. */
export const missingKey = ({ meta }: Subject): string =>
  meta.getPrimaryProp().columnTypes[0] === 'uuid' ? '11111111-1111-4111-8111-111111111111' : 'missing';
