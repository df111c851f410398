import { describe, expect, test } from 'vitest';
import { MigrationRefusedError } from '../../src/index.js';
import { listen, outside, up, withOwnPackage } from './support/own-migrations.js';

const build = 'create index concurrently if not exists plans_n on plans (n)';
const tables = {
  Migration20991201100000_tables: up('create table plans (n int)', 'insert into plans values (1), (1)'),
};
const indexes = { Migration20991201100200_indexes: `${outside}\n${up(build)}` };

const indexQuery = `select relname, indisvalid from pg_index join pg_class on oid = indexrelid where indrelid = 'plans'::regclass`;

describe('a migration outside of a transaction', { timeout: 60_000 }, () => {
  test('builds indexes concurrently in one run with others, on a table that these touch', async () => {
    const column = { Migration20991201100100_column: up('alter table plans add column m int') };
    await withOwnPackage({ ...tables, ...column, ...indexes }, async ({ orm, open }) => {
      expect(await open({ poolSize: 1 }).migrator.up()).toHaveLength(11);
      expect(await orm.em.fork().execute(indexQuery)).toEqual([{ relname: 'plans_n', indisvalid: true }]);
    });
  });

  test('rebuilds an index that an interrupted run has left invalid', async () => {
    await withOwnPackage(tables, async ({ orm, write, open }) => {
      await orm.migrator.up();
      // A unique index over equal rows fails, and stays.
      const invalid = orm.em.fork().execute('create unique index concurrently plans_n on plans (n)');
      await expect(invalid).rejects.toThrow();
      expect(await orm.em.fork().execute(indexQuery)).toEqual([{ relname: 'plans_n', indisvalid: false }]);
      await write(indexes);
      const again = open();
      const lines = listen(again);

      await again.migrator.up();

      expect(lines[0]).toContain('Dropped the index "plans_n", which an interrupted run had left invalid');
      expect(await orm.em.fork().execute(indexQuery)).toEqual([{ relname: 'plans_n', indisvalid: true }]);
      expect(await orm.em.fork().execute(`select pg_get_indexdef('plans_n'::regclass) as sql`)).toEqual([
        { sql: 'CREATE INDEX plans_n ON public.plans USING btree (n)' },
      ]);
    });
  });

  test('finds an invalid index under a quoted name, in a schema', async () => {
    const quoted = 'create unique index concurrently if not exists "Plans ""N""" on only "side"."plans" (n)';
    const migrations = {
      Migration20991201100000_side: up(
        'create schema side',
        'create table side.plans (n int)',
        'insert into side.plans values (1), (1)',
      ),
      Migration20991201100200_quoted: `${outside}\n${up(quoted)}`,
    };
    await withOwnPackage(migrations, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toMatchObject({ code: '23505' });
      await orm.em.fork().execute('truncate side.plans');

      expect(await orm.migrator.up()).toHaveLength(1);
      expect(
        await orm.em.fork().execute("select indisvalid from pg_index where indrelid = 'side.plans'::regclass"),
      ).toEqual([{ indisvalid: true }]);
    });
  });

  test('leaves alone a valid index, and an invalid one of another table', async () => {
    const side = {
      Migration20991201100100_side: up(
        'create index plans_n on plans (n)',
        'create schema side',
        'create table side.others (n int)',
        'insert into side.others values (1), (1)',
      ),
    };
    await withOwnPackage({ ...tables, ...side }, async ({ orm, write, open }) => {
      await orm.migrator.up();
      const em = orm.em.fork();
      await expect(em.execute('create unique index concurrently plans_n on side.others (n)')).rejects.toThrow();
      const read = () =>
        em.execute(`select oid, relfilenode, indisvalid from pg_index join pg_class on oid = indexrelid
          where relname = 'plans_n' order by oid`);
      const before = await read();
      expect(before.map(({ indisvalid }) => indisvalid)).toEqual([true, false]);
      await write(indexes);

      expect(await open().migrator.up()).toHaveLength(1);

      expect(await read()).toEqual(before);
    });
  });

  test.for([
    ['rows', 'insert into plans values (2)'],
    ['an update', 'update plans set n = n + 1'],
    ['an index that may be there', 'create index concurrently plans_n on plans (n)'],
    ['an index that may be gone', 'drop index concurrently plans_n'],
    ['a column', 'alter table plans add column m int'],
    ['two statements in one', `${build}; insert into plans values (2)`],
  ])('is refused before anything runs, when it must not run twice: %s', async ([, sql]) => {
    const early = { Migration20991201100100_early: up('create table early (id int)') };
    const migrations = { ...tables, ...early, Migration20991201100200_indexes: `${outside}\n${up(build, sql!)}` };
    await withOwnPackage(migrations, async ({ orm }) => {
      const error = await orm.migrator.up().catch((caught) => caught);

      expect(error).toBeInstanceOf(MigrationRefusedError);
      expect(error.findings).toEqual([
        expect.stringMatching(/^Migration20991201100200_indexes runs outside of a transaction/),
      ]);
      expect(await orm.em.fork().execute(`select from pg_class where relname in ('users', 'early')`)).toEqual([]);
    });
  });

  test('may say why it can run twice', async () => {
    const because = `safety = { because: { 'not-rerunnable': 'the second update finds nothing' } };`;
    const migration = {
      Migration20991201100100_rows: `${outside}\n${because}\n${up('update plans set n = 2 where n = 1')}`,
    };
    await withOwnPackage({ ...tables, ...migration }, async ({ orm }) => {
      await orm.migrator.up();
      expect(await orm.em.fork().execute('select n from plans')).toEqual([{ n: 2 }, { n: 2 }]);
    });
  });

  test('refuses at run time what it decides on only there', async () => {
    const body = `async up() { const [row] = await this.execute('select 1'); if (row) { await this.execute('insert into plans values (3)'); } }`;
    await withOwnPackage({ ...tables, Migration20991201100100_rows: `${outside}\n${body}` }, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toThrow('must not run twice: insert into plans values (3)');
      expect(await orm.em.fork().execute('select n from plans')).toHaveLength(2);
    });
  });

  test('refuses what it has added only there before the first of it runs', async () => {
    const body = `async up() { const [row] = await this.execute('select 1'); if (row) { this.addSql('${build}'); this.addSql('drop table plans'); } }`;
    await withOwnPackage({ ...tables, Migration20991201100100_rows: `${outside}\n${body}` }, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toThrow('must not run twice: drop table plans');
      expect(await orm.em.fork().execute(indexQuery)).toEqual([]);
    });
  });
});
