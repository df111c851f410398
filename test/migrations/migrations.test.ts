import { EntitySchema } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { test } from '../../src/testing/index.js';
import { readCatalog } from '../support/catalog.js';
import { withEmptyDatabase } from '../support/empty-database.js';

describe('the migrations', () => {
  test('build the same catalog as the entities', async ({ orm }) => {
    const migrated = await readCatalog(orm);
    const created = await withEmptyDatabase(async (other) => {
      await other.schema.create();
      return readCatalog(other);
    });

    expect(migrated.tables).toHaveLength(11);
    expect(migrated.triggers).toHaveLength(16);
    expect(migrated).toEqual(created);
  });

  test('leave no difference to the entities, and agree with the snapshot', async ({ orm }) => {
    expect(await orm.schema.getUpdateSchemaSQL()).toBe('');
    expect(await orm.migrator.checkSchema()).toBe(false);
  });

  test('go down step by step to nothing at all, and up again to the same', async () => {
    await withEmptyDatabase(async (orm) => {
      const states = [await readCatalog(orm)];

      for (const { name } of await orm.migrator.getPending()) {
        await orm.migrator.up({ to: name });
        states.push(await readCatalog(orm));
      }

      const top = states.at(-1);
      expect(states).toHaveLength(9);

      for (const before of states.slice(0, -1).reverse()) {
        await orm.migrator.down();
        expect(await readCatalog(orm)).toEqual(before);
      }

      expect(Object.values(await readCatalog(orm)).flat()).toEqual([]);
      await orm.migrator.up();
      expect(await readCatalog(orm)).toEqual(top);
    });
  });

  test('find nothing to do the second time', async ({ orm }) => {
    expect(await orm.migrator.getPending()).toEqual([]);
    expect(await orm.migrator.up()).toEqual([]);
  });
});

describe('the drift check', () => {
  test('notices an entity that no migration knows', async () => {
    await withEmptyDatabase(async (orm) => {
      expect(await orm.migrator.checkSchema()).toBe(false);
      const Playlist = new EntitySchema({ name: 'Playlist', properties: { id: { type: 'uuid', primary: true } } });
      orm.discoverEntity(Playlist);

      expect(await orm.migrator.checkSchema()).toBe(true);
    });
  });

  test.for([
    ['a column', 'alter table users add column nickname text'],
    ['a missing index', 'drop index content_status_index'],
    ['a missing check', 'alter table purchases drop constraint purchases_status_check'],
    [
      'a looser check',
      `alter table purchases drop constraint purchases_status_check,
      add constraint purchases_status_check check (status in ('pending', 'completed', 'refunded', 'failed', 'lost'))`,
    ],
    ['a missing trigger', 'drop trigger touch_updated_at on users'],
    ['a nullable column', 'alter table users alter column name drop not null'],
    [
      'another delete rule',
      `alter table sessions drop constraint sessions_user_id_foreign,
      add constraint sessions_user_id_foreign foreign key (user_id) references users (id)`,
    ],
  ])('notices %s made by hand', async ([, sql]) => {
    await withEmptyDatabase(async (orm) => {
      await orm.migrator.up();
      await orm.em.fork().execute(sql!);

      expect(await orm.schema.getUpdateSchemaSQL()).not.toBe('');
    });
  });
});
