import { EntitySchema } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { assertDatabaseSound, checkDatabase, createOrm, DatabaseNotSoundError, type Orm } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { readCatalog } from '../support/catalog.js';
import { databaseUrl } from '../support/database-url.js';
import { withRole } from '../support/temporary-role.js';
import { withMigratedDatabase } from './support/migrated-database.js';

const faultsOf = (results: Awaited<ReturnType<typeof checkDatabase>>): string[] =>
  results.flatMap(({ faults }) => faults ?? []);

const readRows = (orm: Orm): Promise<unknown> =>
  orm.em.fork().execute(`select (select json_agg(u order by id)::text from users as u) as users,
    (select json_agg(c order by id)::text from content as c) as content,
    (select json_agg(m order by id)::text from mikro_orm_migrations as m) as migrations`);

describe('checkDatabase', { timeout: 60_000 }, () => {
  test.database('changes nothing, in a database without migrations too', async ({ orm }) => {
    const before = [await readCatalog(orm), await readRows(orm)];
    await checkDatabase(orm);
    expect([await readCatalog(orm), await readRows(orm)]).toEqual(before);

    await withMigratedDatabase(async (other) => {
      const em = other.em.fork();
      await em.execute('drop table mikro_orm_migrations');
      await checkDatabase(other);
      expect(await em.execute(`select to_regclass('mikro_orm_migrations')::text as name`)).toEqual([{ name: null }]);
    });
  });

  test.database('reads in a transaction that refuses to write', async ({ orm }) => {
    const statements: string[] = [];
    const logger = orm.config.getLogger();
    const { logQuery } = logger;
    logger.setDebugMode(['query']);
    logger.logQuery = ({ query = '' }) => void statements.push(query);

    try {
      await checkDatabase(orm);
    } finally {
      logger.logQuery = logQuery;
      logger.setDebugMode(false);
    }

    expect(statements[0]).toMatch(/read only/);
    expect(statements[0]).toMatch(/repeatable read/);
    expect(statements.at(-1)).toMatch(/^commit/);
    expect(statements.filter((statement) => /^\s*(insert|update|delete|create|alter|drop)/i.test(statement))).toEqual(
      [],
    );
  });

  test('is refused a write by PostgreSQL', async () => {
    await withMigratedDatabase(async (orm) => {
      const refused: unknown[] = [];
      orm.em.getEventManager().registerSubscriber({
        async afterTransactionStart({ em, transaction }) {
          const write = `insert into mikro_orm_migrations (name) values ('written')`;
          await em
            .getConnection()
            .execute(write, [], 'run', transaction)
            .catch((error: unknown) => refused.push(error));
        },
      });

      await checkDatabase(orm).catch(() => undefined);
      expect(refused).toEqual([expect.objectContaining({ code: '25006' })]);
    });
  });

  test('knows what scopes were granted on the tables that a package adds', async () => {
    await withMigratedDatabase(async (orm) => {
      orm.discoverEntity(
        new EntitySchema({ name: 'Tag', tableName: 'tags', properties: { id: { type: 'uuid', primary: true } } }),
      );
      await orm.em.fork().execute(`create table tags (id uuid primary key); alter table tags enable row level security;
        grant select on tags to codex_scoped_org`);

      expect(faultsOf(await checkDatabase(orm))).toContainEqual(
        expect.stringMatching(/has SELECT on tags, which is not declared: revoke/),
      );
    });
  });

  test('knows the entities and access paths that a package adds', async () => {
    await withMigratedDatabase(async (orm) => {
      const Playlist = new EntitySchema({
        name: 'Playlist',
        tableName: 'playlists',
        rowLevelSecurity: true,
        properties: {
          id: { type: 'uuid', primary: true },
          kind: { enum: true, type: 'string', items: ['album', 'mix'] },
          name: { type: 'text' },
        },
      });
      orm.discoverEntity(Playlist);
      const em = orm.em.fork();
      await em.execute(`create table playlists (id uuid primary key, kind text not null, name text not null,
        constraint playlists_kind_check check (kind in ('album', 'mix')));
        alter table playlists enable row level security`);
      const accessPaths = [{ table: 'playlists', columns: ['name'] }];

      // Its migration has not been made.
      expect(faultsOf(await checkDatabase(orm))).toEqual([expect.stringContaining('npm run db:gen')]);
      expect(faultsOf(await checkDatabase(orm, { accessPaths })).join()).toContain(
        'no index on playlists leads with (name)',
      );
      await em.execute('alter table playlists drop constraint playlists_kind_check');
      expect(faultsOf(await checkDatabase(orm)).join()).toContain('playlists.kind has no check for exactly album, mix');
    });
  });

  test('tells a login without privileges what it could not see', async ({ orm }) => {
    await withRole(`login password 'codex'`, async (user) => {
      const limited = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm, { user, password: 'codex' }) });

      try {
        const faults = faultsOf(await checkDatabase(limited)).join('\n');
        expect(faults).toContain('the login must not read which migrations were applied: grant');
        expect(faults).toContain('the login must not see how far the sequence mikro_orm_migrations_id_seq is: grant');
        expect(faults).toMatch(/^the login cannot see all of accounts, content, .*: look with the login that runs/m);
        expect(faults).not.toContain('differs from the entities');
      } finally {
        await limited.close();
      }
    });
  });
});

describe('assertDatabaseSound', () => {
  test('throws with all faults', async () => {
    await withMigratedDatabase(async (orm) => {
      await assertDatabaseSound(orm);
      await orm.em.fork().execute('create table left_over (id int)');

      const error = await assertDatabaseSound(orm).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(DatabaseNotSoundError);
      expect(error.message).toContain('- the table left_over is declared nowhere');
      expect(error.message).toContain(error.faults.join('\n- '));
    });
  });
});
