import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MigrationRefusedError, type Orm } from '../../src/index.js';
import { root } from '../support/command.js';
import { up, withOwnPackage } from './support/own-migrations.js';

const first = { Migration20991201100000_first: up('create table first (id int)') };
const third = { Migration20991201100200_third: up('create table third (id int)') };

const tableNames = async (orm: Orm): Promise<string[]> =>
  (
    await orm.em.fork().execute(`select relname from pg_class where relname in ('first', 'second', 'third', 'fourth')`)
  ).map(({ relname }) => relname);

async function findingsOf(orm: Orm): Promise<readonly string[]> {
  const error = await orm.migrator.up().catch((caught) => caught);
  expect(error).toBeInstanceOf(MigrationRefusedError);
  return (error as MigrationRefusedError).findings;
}

describe('an applied migration', { timeout: 60_000 }, () => {
  test('that changed, is missing or was overtaken is reported at once, before anything runs', async () => {
    await withOwnPackage({ ...first, ...third }, async ({ orm, open, write, remove }) => {
      await orm.migrator.up();
      // Node keeps modules that were imported: a changed file is one of a new process, or of another name.
      await orm.em.fork().execute(`update mikro_orm_migrations set checksum = 'other' where name like '%first'`);
      await remove('Migration20991201100200_third');
      await write({ Migration20261121000000_early: up('create table second (id int)') });
      await write({ Migration20991201100300_fourth: up('create table fourth (id int)') });

      const findings = await findingsOf(open());

      expect(findings).toEqual([
        expect.stringMatching(
          /^Migration20991201100200_third .* missing.*migration:unlog --name Migration20991201100200_third/,
        ),
        expect.stringMatching(
          /^Migration20991201100000_first .* changed .*migration:log --name Migration20991201100000_first/,
        ),
        expect.stringMatching(
          /^Migration20261121000000_early .* older than Migration20991201100000_first.*--only Migration20261121000000_early/,
        ),
      ]);
      expect((await tableNames(orm)).sort()).toEqual(['first', 'third']);
    });
  });

  test('runs again once each finding was settled by the command that it names', async () => {
    await withOwnPackage({ ...first, ...third }, async ({ orm, open, write, remove }) => {
      await orm.migrator.up();
      await orm.em.fork().execute(`update mikro_orm_migrations set checksum = 'other' where name like '%first'`);
      await remove('Migration20991201100200_third');
      await write({ Migration20261121000000_early: up('create table second (id int)') });
      const { migrator } = open();

      await migrator.logMigration('Migration20991201100000_first');
      expect(await orm.em.fork().execute(`select checksum from mikro_orm_migrations where name like '%first'`)).toEqual(
        [{ checksum: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      );
      await migrator.unlogMigration('Migration20991201100200_third');
      await migrator.up({ migrations: ['Migration20261121000000_early'] });

      expect(await migrator.up()).toEqual([]);
      expect((await tableNames(orm)).sort()).toEqual(['first', 'second', 'third']);
      const rows = await orm.em.fork().execute(`select from mikro_orm_migrations where name like '%first'`);
      expect(rows).toHaveLength(1);
    });
  });

  test.for(['20261121000000', 'Migration20261121000000', 'Migration20261121000000.js'])(
    'may be newer than one that is asked for by its name: %s',
    async (name) => {
      await withOwnPackage(first, async ({ orm, open, write }) => {
        await orm.migrator.up();
        await write({ Migration20261121000000: up('create table second (id int)') });

        expect(await open().migrator.up({ migrations: [name] })).toHaveLength(1);
        expect((await tableNames(orm)).sort()).toEqual(['first', 'second']);
      });
    },
  );

  test('of a package above may be newer than one that a release of this package brings', async () => {
    await withOwnPackage(
      { Migration20261120000000_before_ours: up('create table first (id int)') },
      async ({ orm, open }) => {
        await orm.migrator.up({ migrations: ['Migration20261120000000_before_ours'] });
        await orm.migrator.up();
        // As if it had been applied before that release.
        await orm.em.fork().execute(`delete from mikro_orm_migrations where name like '%scope_indexes'`);
        await orm.em
          .fork()
          .execute('drop index content_creator_id_organization_id_index, content_media_item_id_organization_id_index');
        await orm.em.fork().execute('create index content_creator_id_index on content (creator_id)');
        await orm.em.fork().execute('create index content_media_item_id_index on content (media_item_id)');

        expect(await open().migrator.up()).toHaveLength(1);
      },
    );
  });

  test('is not reverted without the file of each one that was applied', async () => {
    const down = `${third.Migration20991201100200_third}\n  down() { this.addSql('drop table third'); }`;
    await withOwnPackage({ ...first, Migration20991201100200_third: down }, async ({ orm, open, remove }) => {
      await orm.migrator.up();
      await remove('Migration20991201100000_first');

      await expect(open().migrator.down()).rejects.toThrow('Migration20991201100000_first was applied, and its file');
      expect((await tableNames(orm)).sort()).toEqual(['first', 'third']);
    });
  });

  test('has a checksum from the first run on that knows it', async () => {
    await withOwnPackage(first, async ({ orm, open }) => {
      await orm.migrator.up();
      const em = orm.em.fork();
      const read = () => em.execute('select name, checksum from mikro_orm_migrations order by id');
      const before = await read();
      await em.execute('alter table mikro_orm_migrations drop column checksum');

      await open().migrator.up();

      expect(before.map(({ checksum }) => checksum)).not.toContain(null);
      expect(await read()).toEqual(before);
    });
  });

  test('is not rolled up with others, neither by the migrator nor from the command line', async () => {
    await withOwnPackage({ ...first, ...third }, async ({ orm, folder, mikroOrm }) => {
      await orm.migrator.up();
      const read = async () => [
        await readdir(folder),
        await readdir(join(root, 'src/migrations')),
        await orm.em.fork().execute('select * from mikro_orm_migrations order by id'),
      ];
      const before = await read();

      await expect(orm.migrator.rollup()).rejects.toThrow(MigrationRefusedError);
      await expect(orm.migrator.rollup([...Object.keys(first), ...Object.keys(third)])).rejects.toThrow(
        'applied ones are frozen',
      );
      const { code, output } = await mikroOrm('migration:rollup');

      expect(code).not.toBe(0);
      expect(output).toContain('write a new migration for what is to change: npx mikro-orm migration:create');
      expect(await read()).toEqual(before);
    });
  });

  test('leaves no room for an initial migration, since this package has some in any case', async () => {
    await withOwnPackage({}, async ({ orm, folder, mikroOrm }) => {
      const refusal = 'Initial migration cannot be created, as some migrations already exist';

      await expect(orm.migrator.createInitial()).rejects.toThrow(refusal);
      await expect(orm.migrator.create(undefined, true, true)).rejects.toThrow(refusal);
      const { code, output } = await mikroOrm('migration:create', '--initial');

      expect(code).not.toBe(0);
      expect(output).toContain(refusal);
      expect(await readdir(folder)).toEqual([]);
      expect(await orm.em.fork().execute(`select from pg_class where relnamespace = 'public'::regnamespace`)).toEqual(
        [],
      );
    });
  });

  test('is reverted as ever, and its record goes', async () => {
    await withOwnPackage(
      {
        Migration20991201100000_first: `${first.Migration20991201100000_first}\n  down() { this.addSql('drop table first'); }`,
      },
      async ({ orm }) => {
        await orm.migrator.up();

        expect((await orm.migrator.down()).map(({ name }) => name)).toEqual(['Migration20991201100000_first']);
        expect(await tableNames(orm)).toEqual([]);
        expect((await orm.migrator.getPending()).map(({ name }) => name)).toEqual(['Migration20991201100000_first']);
      },
    );
  });
});
