import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, checkDatabase, createOrm, type Tables, User } from '../../src/index.js';
import { up, withOwnPackage } from './support/own-migrations.js';
import { Playlist } from './support/playlist.js';

const model = { entities: [Playlist] };

const playlists = {
  Migration20991201100000_playlists: up(
    'create table "playlists" ("id" uuid not null default gen_random_uuid(), "owner_id" text not null, "name" text not null, primary key ("id"))',
    'create index "playlists_owner_id_index" on "playlists" ("owner_id")',
    'alter table "playlists" add constraint "playlists_owner_id_foreign" foreign key ("owner_id") references "users" ("id") on delete cascade',
  ),
};

describe('createOrm for a package above', { timeout: 60_000 }, () => {
  test('adds entities that refer to those of this package', async () => {
    await withOwnPackage(
      playlists,
      async ({ orm }) => {
        await orm.migrator.up();
        const em = orm.em.fork();
        const owner = em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
        em.create(Playlist, { owner, name: 'Night bus' });
        await em.flush();

        const found = await orm.em.fork().findOneOrFail(Playlist, { name: 'Night bus' }, { populate: ['owner'] });
        expect(found.owner.name).toBe('Ada');

        const rows = await em
          .getKysely<Tables & { playlists: { owner_id: string; name: string } }>()
          .selectFrom('playlists')
          .innerJoin('users', 'users.id', 'playlists.owner_id')
          .select(['playlists.name', 'users.name as owner'])
          .execute();
        expect(rows).toEqual([{ name: 'Night bus', owner: 'Ada' }]);
      },
      model,
    );
  });

  test('runs both histories as one, in the order of names', async () => {
    await withOwnPackage({ ...playlists, Migration20261123000000_between: up('select 1') }, async ({ orm }) => {
      const names = (await orm.migrator.up()).map(({ name }) => name);

      expect(names).toEqual(names.toSorted());
      expect(names.indexOf('Migration20261123000000_between')).toBe(4);
      expect(names.at(-1)).toBe('Migration20991201100000_playlists');
    });
  });

  test('writes migrations with its own changes alone, before and after its first snapshot', async () => {
    await withOwnPackage(
      {},
      async ({ orm, folder }) => {
        const { diff } = await orm.migrator.create();
        expect(diff.up.join('\n')).toContain('create table "playlists"');
        expect(diff.up.join('\n')).not.toContain('"users" (\n');
        expect(diff.up.filter((sql) => sql.includes('create table'))).toHaveLength(1);

        const snapshot = JSON.parse(await readFile(join(folder, '.snapshot.json'), 'utf8'));
        expect(snapshot.tables.map(({ name }: { name: string }) => name)).toEqual(['playlists']);
        expect((await readdir(folder)).length).toBe(2);

        expect(await orm.migrator.checkSchema()).toBe(false);
        expect((await orm.migrator.create()).diff.up).toEqual([]);
      },
      model,
    );
  });

  test('is checked by the history of both, and by its own snapshot', async () => {
    const check = async (orm: Parameters<typeof checkDatabase>[0]) => {
      const found = await checkDatabase(orm);
      return ['the snapshot is that of the entities', 'every migration is applied, and its file is there'].map(
        (rule) => found.find(({ name }) => name === rule)?.faults,
      );
    };

    await withOwnPackage(
      playlists,
      async ({ orm }) => {
        await orm.migrator.up();
        expect(await check(orm)).toEqual([[expect.stringContaining('npm run db:gen')], []]);

        // Writes the snapshot, and a migration that makes the tables again.
        const { fileName } = await orm.migrator.create();
        const name = fileName.replace(/\.ts$/, '');
        expect(await check(orm)).toEqual([[], [expect.stringContaining(name)]]);
      },
      model,
    );
  });

  test('refuses a folder that is not there, and two migrations of one name', async () => {
    const settings = { method: 'LOCAL_PROXY', url: 'postgresql://ada@127.0.0.1/none' } as const;
    expect(() => createOrm({ ...settings, migrations: { path: '/no/such/folder' } })).toThrow(ConfigurationError);

    await withOwnPackage({ Migration20261122100000_auth_tables: up('select 1') }, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toThrow('two migrations Migration20261122100000_auth_tables');
    });
  });
});

describe('npx mikro-orm of a package above', { timeout: 120_000 }, () => {
  test('migrates both histories by the same migrator, and settles a finding as it says', async () => {
    await withOwnPackage(playlists, async ({ mikroOrm, orm }) => {
      const migrated = await mikroOrm('migration:up');
      expect(migrated.output).toMatch(/Applied 'Migration20991201100000_playlists' in \d+ ms/);
      await orm.em.fork().execute(`update mikro_orm_migrations set checksum = 'other' where name like '%playlists'`);

      const refused = await mikroOrm('migration:up');
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain('migration:log --name Migration20991201100000_playlists');

      expect((await mikroOrm('migration:log', '--name', 'Migration20991201100000_playlists')).code).toBe(0);
      const again = await mikroOrm('migration:up');
      expect(again.code, again.output).toBe(0);
    });
  });
});
