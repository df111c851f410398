import { describe, expect, test } from 'vitest';
import { outside, up, withOwnPackage } from './support/own-migrations.js';
import { whileLocked } from './support/while-locked.js';

describe('a run that has lost its lock', { timeout: 60_000 }, () => {
  test('stops before the next migration', async () => {
    const migrations = {
      Migration20991201100000_unlocks: up('create table first (id int)', 'select pg_advisory_unlock_all()'),
      Migration20991201100100_next: up('create table second (id int)'),
    };
    await withOwnPackage(migrations, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toThrow('The session that holds the lock of migrations is another one');
      expect(await orm.em.fork().execute(`select from pg_class where relname in ('first', 'second')`)).toEqual([]);
    });
  });

  test('stops before the next one outside of a transaction, too', async () => {
    const because = `safety = { because: { 'not-rerunnable': 'it loses the lock' } };`;
    const migrations = {
      Migration20991201100000_table: up('create table first (id int)'),
      Migration20991201100100_unlocks: `${outside}\n${because}\n${up('select pg_advisory_unlock_all()')}`,
      Migration20991201100200_next: `${outside}\n${up('create index concurrently if not exists first_id on first (id)')}`,
    };
    await withOwnPackage(migrations, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toThrow('The session that holds the lock of migrations is another one');
      expect(await orm.em.fork().execute(`select from pg_class where relname = 'first_id'`)).toEqual([]);
    });
  });

  test('stops, though another session has the lock by now', async () => {
    const locks = (isGranted: boolean) => `select from pg_locks where locktype = 'advisory' and granted = ${isGranted}
      and database = (select oid from pg_database where datname = current_database())`;
    const migrations = {
      Migration20991201100000_loses: up(
        'create table first (id int)',
        `do $$ begin while not exists (${locks(false)}) loop perform pg_sleep(0.01); end loop; end $$`,
        'select pg_advisory_unlock_all()',
      ),
    };
    await withOwnPackage(migrations, async ({ orm, url, open }) => {
      const running = open().migrator.up();
      await expect.poll(() => orm.em.fork().execute(locks(true)), { timeout: 30_000 }).toHaveLength(1);

      await whileLocked(url, async () => {
        await expect(running).rejects.toThrow('The session that holds the lock of migrations is another one');
      });
      expect(await orm.em.fork().execute(`select from pg_class where relname = 'first'`)).toEqual([]);
    });
  });
});
