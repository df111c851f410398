import { describe, expect, test } from 'vitest';
import { createOrm, type Orm } from '../../src/index.js';
import { listen, up, withOwnPackage } from './support/own-migrations.js';

const first = { Migration20991201100000_first: up('create table first (id int)') };

const tableNames = async (orm: Orm): Promise<string[]> =>
  (
    await orm.em
      .fork()
      .execute(`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`)
  ).map(({ relname }) => relname);

describe('the table of applied migrations', { timeout: 60_000 }, () => {
  test('is not made by asking for pending and applied ones', async () => {
    await withOwnPackage(first, async ({ orm, url }) => {
      // Its snapshot makes MikroORM ask in another way.
      const ours = createOrm({ method: 'LOCAL_PROXY', url });

      try {
        expect(await orm.migrator.getExecuted()).toEqual([]);
        expect(await orm.migrator.getPending()).toHaveLength(9);
        expect(await ours.migrator.getExecuted()).toEqual([]);
        expect(await ours.migrator.getPending()).toHaveLength(8);
        expect(await tableNames(orm)).toEqual([]);
      } finally {
        await ours.close();
      }
    });
  });

  test('is made once by many runners at once, on an empty database', async () => {
    await withOwnPackage({}, async ({ orm, open }) => {
      // A table that is made without the lock fails in most of these.
      const runners = Array.from({ length: 8 }, () => open({ poolSize: 1 }));
      const applied = await Promise.all(runners.map(({ migrator }) => migrator.up()));

      expect(applied.map(({ length }) => length).toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 8]);
      expect(await orm.migrator.getExecuted()).toHaveLength(8);
    });
  });

  test('is made once in a database that no runner finds', async () => {
    await withOwnPackage(first, async ({ orm, url, folder }) => {
      const missing = new URL(url);
      missing.pathname += '_missing';
      const settings = { method: 'LOCAL_PROXY', url: missing.href, migrations: { path: folder } } as const;
      const runners = Array.from({ length: 4 }, () => createOrm(settings));

      try {
        runners.map((each) => listen(each));
        const applied = await Promise.all(runners.map(({ migrator }) => migrator.up()));

        expect(applied.map(({ length }) => length).toSorted()).toEqual([0, 0, 0, 9]);
        expect(await runners[0]!.migrator.getExecuted()).toHaveLength(9);
      } finally {
        await Promise.all(runners.map((each) => each.close()));
        await orm.em.fork().execute(`drop database if exists "${missing.pathname.slice(1)}" with (force)`);
      }
    });
  });

  test('is read in a database that lets nobody write', async () => {
    await withOwnPackage(first, async ({ orm, url, open }) => {
      await orm.migrator.up();
      await orm.em.fork().execute('alter table mikro_orm_migrations drop column checksum');
      const database = new URL(url).pathname.slice(1);
      await orm.em.fork().execute(`alter database "${database}" set default_transaction_read_only = on`);
      const { migrator } = open();

      expect(await migrator.getExecuted()).toHaveLength(9);
      expect(await migrator.getPending()).toEqual([]);
    });
  });

  test('is made again by a process that has migrated before it was dropped', async () => {
    await withOwnPackage(first, async ({ orm }) => {
      await orm.migrator.up();
      await orm.em.fork().execute('drop schema public cascade; create schema public');
      expect(await orm.migrator.getExecuted()).toEqual([]);

      expect(await orm.migrator.up()).toHaveLength(9);
      expect(await orm.migrator.getExecuted()).toHaveLength(9);
    });
  });

  test('says when each was applied', async () => {
    await withOwnPackage(first, async ({ orm }) => {
      await orm.migrator.up();
      const [row] = (await orm.migrator.getExecuted()).slice(-1);

      expect(row).toMatchObject({ name: 'Migration20991201100000_first', executed_at: expect.any(Date) });
    });
  });
});
