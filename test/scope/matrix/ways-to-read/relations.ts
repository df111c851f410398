import { Collection, type EntityName, Reference, wrap } from '@mikro-orm/core';
import type { ScopedEntityManager } from '../../../../src/index.js';
import { isSeen } from '../expectation.js';
import { columnOf, type Relation, type Subject } from '../subjects.js';
import { rows } from '../world.js';
import { type KeyWay, keysOf, type ListWay, shown } from './way.js';

const collectionsOf = ({ relationsTo }: Subject) => relationsTo.filter(({ property }) => property.kind === '1:m');
const referencesOf = ({ relationsTo }: Subject) => relationsTo.filter(({ property }) => property.kind === 'm:1');

/** The collection as it is before anything of it is loaded, whether or not there is such an owner. */
function collectionOf(
  em: ScopedEntityManager,
  source: EntityName<any>,
  key: string,
  property: string,
): Collection<any> {
  return Collection.create<any, any>(em.getReference(source, key), property, undefined, false);
}

/** Ways through a collection: of each row that could own one, whether the scope sees the owner or not. */
function throughCollections(
  name: string,
  method: string,
  read: (collection: Collection<any>, em: ScopedEntityManager) => Promise<readonly unknown[]>,
): ListWay {
  return {
    name,
    covers: [`Collection.${method}`],
    hidesDeleted: true,
    appliesTo: (subject) => collectionsOf(subject).length > 0,
    list: async (em, subject) => {
      const keys: string[] = [];

      for (const { source, sourceTable, property } of collectionsOf(subject)) {
        for (const { id } of rows.filter(({ table }) => table === sourceTable)) {
          keys.push(...keysOf(await read(collectionOf(em.fork(), source, id, property.name), em)));
        }
      }

      return keys;
    },
    reaches: (row, subject) => collectionsOf(subject).some(({ property }) => row[columnOf(property)]),
  };
}

/** Ways through the rows that refer to those of the subject, as far as the scope sees them. */
export function throughReferences(
  name: string,
  covers: string[],
  isDeletedShown: (relation: Relation) => boolean,
  read: (em: ScopedEntityManager, relation: Relation) => Promise<readonly unknown[]>,
): ListWay {
  return {
    name,
    covers,
    hidesDeleted: false,
    appliesTo: (subject) => referencesOf(subject).length > 0,
    list: async (em, subject) => {
      const keys: string[] = [];

      for (const relation of referencesOf(subject)) {
        // Where the scope must not even ask for the table, there is nothing to go through.
        if (!['accounts', 'sessions', 'verification_tokens'].includes(relation.sourceTable)) {
          keys.push(...keysOf(await read(em.fork(), relation)));
        }
      }

      return keys;
    },
    reaches: (row, subject, scope) =>
      referencesOf(subject).some(
        (relation) =>
          (!row.deleted_at || isDeletedShown(relation)) &&
          rows.some(
            (each) =>
              each.table === relation.sourceTable &&
              each[columnOf(relation.property)] === row.id &&
              isSeen(scope, each),
          ),
      ),
  };
}

/** History looks through the mark of deletion, other relations do not. */
const looksThrough = ({ property }: Relation): boolean => Reflect.get(Object(property.filters), 'notDeleted') === false;

export const loadedTargets = (found: readonly object[], { property }: Relation): object[] =>
  found
    .map((each) => Reflect.get(each, property.name))
    .filter((reference) => reference !== null)
    .map((reference) => Reference.unwrapReference(reference as object))
    .filter((target) => wrap(target).isInitialized());

/** Reads through relations. */
export const relations: ListWay[] = [
  throughCollections('Collection.load', 'load', async (of) => (await of.load()).getItems()),
  throughCollections('Collection.loadItems', 'loadItems', (of) => of.loadItems()),
  throughCollections('Collection.init', 'init', async (of) => (await of.init()).getItems(false)),
  throughCollections('Collection.matching', 'matching', (of) => of.matching({})),
  throughReferences(
    'em.find, populated',
    ['EntityManager.find'],
    () => true,
    async (em, relation) =>
      loadedTargets(
        await em.find<any, any>(relation.source, {}, { ...shown, populate: [relation.property.name] as never }),
        relation,
      ),
  ),
  throughReferences(
    'em.find, populated by a second query',
    ['EntityManager.find'],
    () => true,
    async (em, relation) =>
      loadedTargets(
        await em.find<any, any>(
          relation.source,
          {},
          { ...shown, populate: [relation.property.name] as never, strategy: 'select-in' },
        ),
        relation,
      ),
  ),
  throughReferences(
    'em.populate',
    ['EntityManager.populate', 'EntityManager.getEntityLoader'],
    looksThrough,
    async (em, relation) => {
      const found = await em.find<any>(relation.source, {}, shown);
      await em.populate(found, [relation.property.name] as never);
      return loadedTargets(found, relation);
    },
  ),
];

/** Questions about one row, asked through the rows that could own it. */
export const relationQuestions: KeyWay[] = [
  {
    name: 'Collection.loadCount',
    asksForAll: true,
    covers: ['Collection.loadCount'],
    hidesDeleted: true,
    appliesTo: (subject) => collectionsOf(subject).length > 0,
    reaches: (row, subject) => collectionsOf(subject).some(({ property }) => row[columnOf(property)]),
    ask: async (em, subject, key) => {
      for (const { source, sourceTable, property } of collectionsOf(subject)) {
        for (const { id } of rows.filter(({ table }) => table === sourceTable)) {
          if (await collectionOf(em.fork(), source, id, property.name).loadCount({ where: { id: key } })) {
            return key;
          }
        }
      }

      return null;
    },
  },
  throughCondition('a condition on a collection', (key) => ({ id: key })),
  throughCondition('$some', (key) => ({ $some: { id: key } })),
];

/** Conditions on the rows beside the one that is counted. */
function throughCondition(name: string, condition: (key: string) => object): KeyWay {
  return {
    name: `em.count by ${name}`,
    asksForAll: true,
    covers: ['EntityManager.count'],
    // MikroORM puts no filter on the rows beside the one that is counted.
    hidesDeleted: false,
    appliesTo: (subject) => collectionsOf(subject).length > 0,
    reaches: (row, subject, scope) =>
      collectionsOf(subject).some(({ sourceTable, property }) =>
        rows.some(
          (owner) =>
            owner.table === sourceTable &&
            owner.id === row[columnOf(property)] &&
            isSeen(scope, owner) &&
            !owner.deleted_at,
        ),
      ),
    ask: async (em, subject, key) => {
      for (const { source, property } of collectionsOf(subject)) {
        if (await em.count(source, { [property.name]: condition(key) })) {
          return key;
        }
      }

      return null;
    },
  };
}
