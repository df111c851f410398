import { type EntityMetadata, type EntityProperty, Utils, wrap } from '@mikro-orm/core';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  Content,
  type EntityManager,
  entities,
  MediaItem,
  Organization,
  type Transport,
  transports,
  User,
} from '../../src/index.js';
import { columnsOf, type Parents, valuesOf } from './columns.js';
import { awkwardTexts } from './expressions.js';
import { test as base, type Each, expectSame } from './transports.js';

type Values = Record<string, unknown>;

const uuidOf = (index: number): string => `00000000-0000-4000-8000-00000000000${index}`;

const test = base.extend('parents', { scope: 'file' }, async ({ orm }): Promise<Parents> => {
  const em = orm.em.fork();
  const users = awkwardTexts.map((text, index) =>
    em.create(User, { id: `parent ${text}`, name: text, email: `parent-${index}@example.org` }),
  );
  const creator = users[0]!;
  const organization = em.create(Organization, { id: uuidOf(1), name: 'Studio', slug: 'parent' });
  em.create(MediaItem, { id: uuidOf(2), creator, title: 'Original', mediaType: 'video', r2Key: '1.mp4' });
  em.create(Content, { id: uuidOf(3), creator, organization, title: 'Spring', slug: 'parent', contentType: 'video' });
  await em.flush();

  return { User: users.map(({ id }) => id), Organization: [uuidOf(1)], MediaItem: [uuidOf(2)], Content: [uuidOf(3)] };
});

// Not the zone of the tests: instants must not depend on it. In its early days it was 5 h 53 min 28 s ahead.
test.beforeAll(async ({ orm, settings, database }) => {
  await settings;
  await orm.em.fork().execute(`alter database "${database.name}" set timezone to 'Asia/Kolkata'`);
  // Here any media item goes with any creator.
  await orm.em.fork().execute('alter table content disable trigger media_item_of_creator');
});

/** What the database writes by itself on an update, and what a trigger depends on. */
const isUpdatable = ({ name, primary, targetMeta }: EntityProperty): boolean =>
  !primary && !targetMeta && name !== 'updatedAt';

async function write(transport: Transport, em: EntityManager, { class: entity }: EntityMetadata, values: Values) {
  if (transport === 'http') {
    await em.insert(entity as never, values as never);
  } else {
    em.create(entity as never, values as never);
    await em.flush();
  }
}

async function update(
  transport: Transport,
  em: EntityManager,
  { class: entity }: EntityMetadata,
  id: unknown,
  values: Values,
) {
  if (transport === 'http') {
    await em.nativeUpdate(entity as never, id as never, values as never, { filters: false });
  } else {
    em.assign(await em.findOneOrFail<any>(entity as never, id as never, { filters: false }), values);
    await em.flush();
  }
}

async function read(em: EntityManager, meta: EntityMetadata, id: unknown): Promise<Values> {
  const columns = columnsOf(meta);
  const populate = columns.filter(({ lazy }) => lazy).map(({ name }) => name);
  const row = await em.findOneOrFail<any>(meta.class as never, id as never, {
    filters: false,
    populate: populate as never,
  });

  return Object.fromEntries(columns.map(({ name }) => [name, keyOf(row[name])]));
}

const keyOf = (value: unknown): unknown => (Utils.isEntity(value, true) ? wrap(value, true).getPrimaryKey() : value);

const pick = (values: Values, columns: EntityProperty[]): Values =>
  Object.fromEntries(columns.map(({ name }) => [name, values[name]]));

describe('columns', () => {
  test.for(entities.map((entity) => [entity.name, entity] as const))(
    '%s: what is written over one transport is read over each',
    async ([, entity], { orms, parents }) => {
      const meta: EntityMetadata = orms.tcp.getMetadata().get(entity as never);
      const columns = columnsOf(meta);
      const updatable = columns.filter(isUpdatable);
      const rows = fc.record(
        Object.fromEntries(columns.map((column) => [column.name, valuesOf(column, meta, parents)])),
        { noNullPrototype: true },
      );

      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...transports), rows, rows, async (writer, first, second) => {
          const em = (transport: Transport) => orms[transport].em.fork();
          const readAll = async () =>
            Object.fromEntries(
              await Promise.all(transports.map(async (each) => [each, await read(em(each), meta, first.id)] as const)),
            ) as Each<Values>;

          try {
            await write(writer, em(writer), meta, first);
            const inserted = await readAll();
            await update(writer, em(writer), meta, first.id, pick(second, updatable));
            const updated = await readAll();

            for (const reader of transports) {
              expectSame(inserted[reader], first, `inserted over ${writer}, read over ${reader}`);
              expectSame(
                pick(updated[reader], updatable),
                pick(second, updatable),
                `updated over ${writer}, read over ${reader}`,
              );
            }
          } finally {
            await em('tcp').execute(`delete from "${meta.tableName}" where id = ?`, [first.id]);
          }
        }),
        { numRuns: 18 },
      );
    },
  );

  test('are all of the table’s', async ({ orm }) => {
    for (const entity of entities) {
      const meta: EntityMetadata = orm.getMetadata().get(entity as never);
      const found = await orm.em
        .fork()
        .execute(
          `select column_name from information_schema.columns where table_schema = 'public' and table_name = ?`,
          [meta.tableName],
        );
      const known = columnsOf(meta).flatMap(({ fieldNames }) => fieldNames);

      expect(known.sort()).toEqual(found.map(({ column_name }: any) => column_name).sort());
    }
  });
});
