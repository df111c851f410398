import { describe, expect, test } from 'vitest';
import { type OwnModel, User } from '../../src/index.js';
import { up, withOwnPackage } from './support/own-migrations.js';
import { Playlist } from './support/playlist.js';

const migrations = {
  Migration20991201100000_playlists: up(
    'create table playlists (id uuid primary key default gen_random_uuid(), owner_id text not null, name text not null)',
  ),
};
const [hits, news] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

/** A package with rows that each environment needs. */
const model: OwnModel = {
  entities: [Playlist],
  referenceData: async (em) => {
    await em.upsert(User, { id: 'editors', name: 'Editors', email: 'editors@example.org' });
    await em.upsertMany(Playlist, [
      { id: hits, owner: 'editors', name: 'Hits' },
      { id: news, owner: 'editors', name: 'News' },
    ]);
  },
};

const everything = 'select xmin::text, * from playlists order by id';

describe('reference data', { timeout: 60_000 }, () => {
  test('is written by the run that leaves nothing pending, and not before', async () => {
    await withOwnPackage(
      migrations,
      async ({ orm }) => {
        await orm.migrator.up({ to: 'Migration20261124100300_scope_indexes' });
        expect(await orm.em.fork().count(User)).toBe(0);

        await orm.migrator.up();
        const playlists = await orm.em.fork().find(Playlist, {}, { orderBy: { name: 'asc' } });
        expect(playlists.map(({ name }) => name)).toEqual(['Hits', 'News']);
      },
      model,
    );
  });

  test('is written by no run for a schema', async () => {
    let writes = 0;
    await withOwnPackage(
      { Migration20991201100000_counter: up('create table counter (value int)') },
      async ({ orm }) => {
        await orm.migrator.up();
        await orm.em.fork().execute('create schema side');
        await orm.migrator.up({ schema: 'side', migrations: ['Migration20991201100000_counter'] });
        expect(writes).toBe(1);
      },
      { referenceData: async () => void writes++ },
    );
  });

  test('puts back what was changed or deleted, and leaves the rows of users alone', async () => {
    await withOwnPackage(
      migrations,
      async ({ orm }) => {
        await orm.migrator.up();
        const em = orm.em.fork();
        const own = em.create(Playlist, { owner: 'editors', name: 'My own' });
        await em.flush();
        await em.execute(
          `update playlists set name = 'Changed' where id = '${hits}'; delete from playlists where id = '${news}'`,
        );

        await orm.migrator.up();

        const names = await orm.em.fork().execute('select id, name from playlists order by name');
        expect(names).toEqual([
          { id: hits, name: 'Hits' },
          { id: own.id, name: 'My own' },
          { id: news, name: 'News' },
        ]);
      },
      model,
    );
  });

  test('follows what a release changes in it', async () => {
    await withOwnPackage(
      migrations,
      async ({ orm, open }) => {
        await orm.migrator.up();
        await open({
          referenceData: async (em) => {
            await em.upsert(Playlist, { id: hits, owner: 'editors', name: 'Charts' });
          },
        }).migrator.up();

        expect(await orm.em.fork().findOneOrFail(Playlist, hits)).toMatchObject({ name: 'Charts' });
      },
      model,
    );
  });

  test('is written whole or not at all, with the migrations kept', async () => {
    await withOwnPackage(
      migrations,
      async ({ orm, open }) => {
        const failing = open({
          referenceData: async (em) => {
            await model.referenceData?.(em);
            throw new Error('no more');
          },
        });

        await expect(failing.migrator.up()).rejects.toThrow('no more');

        expect(await orm.em.fork().execute(everything)).toEqual([]);
        expect(await orm.migrator.getPending()).toEqual([]);
      },
      model,
    );
  });

  test('flushes what was persisted, and works on a pool of one', async () => {
    await withOwnPackage(
      migrations,
      async ({ open }) => {
        const orm = open({
          poolSize: 1,
          referenceData: async (em) => {
            (await em.findOne(User, 'bot')) ?? em.create(User, { id: 'bot', name: 'Bot', email: 'bot@example.org' });
            await em.transactional((inner) => inner.count(User));
          },
        });
        await orm.migrator.up();
        await orm.migrator.up();

        expect(await orm.em.fork().count(User)).toBe(1);
      },
      model,
    );
  });
});
