import { describe, expect, test } from 'vitest';
import { createOrm, type Orm } from '../../src/index.js';
import { type Bodies, outside, up, withOwnPackage } from './support/own-migrations.js';

const see = `select current_user as "user", session_user as session, current_schemas(false)::text as schemas,
  current_setting('default_transaction_read_only') as read_only, current_setting('work_mem') as work_mem,
  coalesce(current_setting('app.own', true), '') as own`;

const before: Bodies = {
  Migration20991201100000_tables: up(
    'create schema side',
    'create table side.plans (n int)',
    `create table seen as ${see} limit 0`,
  ),
};
const after: Bodies = { Migration20991201100200_after: up(`insert into seen ${see}`) };

/** What a session is like that nobody has set anything in. */
const untouched = async (orm: Orm): Promise<unknown> => {
  await orm.migrator.up({ to: 'Migration20261124100300_scope_indexes' });
  return orm.em.fork().execute(see);
};

const settings = [
  'set search_path to side',
  'set role codex_scoped',
  'set session authorization codex_scoped',
  'set default_transaction_read_only to on',
  `set work_mem to '99MB'`,
  `set app.own to 'x'`,
  'set session characteristics as transaction read only',
];

describe('what a migration sets', { timeout: 60_000 }, () => {
  describe.each([
    ['in its transaction', ''],
    ['outside of a transaction', outside],
  ])('%s', (_, head) => {
    const because = `safety = { because: { 'not-rerunnable': 'it sets something' } };`;
    const migration = (...statements: string[]): Bodies => ({
      Migration20991201100100_sets: `${head}\n${because}\n${up(...statements)}`,
    });

    test.for(settings)('holds neither for its record nor for the next one, nor for the pool: %s', async (sql) => {
      await withOwnPackage({ ...before, ...migration(sql), ...after }, async ({ orm, open }) => {
        const expected = await untouched(orm);
        const one = open({ poolSize: 1 });

        expect(await one.migrator.up()).toHaveLength(3);

        expect(await one.em.fork().execute(see)).toEqual(expected);
        expect(await orm.em.fork().execute('select * from seen')).toEqual(expected);
        expect(await orm.migrator.getPending()).toEqual([]);
      });
    });

    test('holds for its own next statements', async () => {
      const index = head ? 'create index concurrently if not exists n on plans (n)' : 'create index n on plans (n)';
      await withOwnPackage({ ...before, ...migration('set search_path to side', index) }, async ({ orm }) => {
        await orm.migrator.up();
        expect(await orm.em.fork().execute(`select to_regclass('side.n')::text as name`)).toEqual([{ name: 'side.n' }]);
      });
    });

    test('does not stay when it fails', async () => {
      const failing = migration('set role codex_scoped', 'set search_path to side', 'select no_such_column');
      await withOwnPackage({ ...before, ...failing }, async ({ orm, open }) => {
        const expected = await untouched(orm);
        const one = open({ poolSize: 1 });

        await expect(one.migrator.up()).rejects.toMatchObject({ code: '42703' });

        expect(await one.em.fork().execute(see)).toEqual(expected);
      });
    });
  });

  test('by reference data does not stay, either', async () => {
    await withOwnPackage({}, async ({ orm, open }) => {
      const expected = await untouched(orm);
      const one = open({
        poolSize: 1,
        referenceData: async (em) => {
          await em.execute(`set role codex_scoped; set app.own to 'x'`);
        },
      });
      await one.migrator.up();

      expect(await one.em.fork().execute(see)).toEqual(expected);
    });
  });

  test('gives way to the role with which the session has begun', async () => {
    await withOwnPackage({}, async ({ orm, url, folder, write }) => {
      await orm.migrator.up();
      await orm.em.fork().execute(`create table seen ("user" text);
        grant all on all tables in schema public to pg_database_owner;
        grant all on all sequences in schema public to pg_database_owner`);
      await write({
        Migration20991201100100_sets: up('set session authorization codex_scoped'),
        Migration20991201100200_after: up('insert into seen select current_user'),
      });
      const inRole = new URL(url);
      inRole.searchParams.set('options', '-c role=pg_database_owner');
      const login = createOrm({ method: 'LOCAL_PROXY', url: inRole.href, migrations: { path: folder } });
      login.config.get('migrations').silent = true;

      try {
        expect(await login.migrator.up()).toHaveLength(2);
        expect(await orm.em.fork().execute('select * from seen')).toEqual([{ user: 'pg_database_owner' }]);
      } finally {
        await login.close();
      }
    });
  });

  test('is not without limits of time when its record is written', async () => {
    await withOwnPackage({}, async ({ orm, write, open }) => {
      await orm.migrator.up();
      await write(before);
      const { migrator } = open({ migrations: { lockTimeoutMs: 100, attempts: 1 } });

      await orm.em.fork().transactional(async (em) => {
        await em.execute('lock table mikro_orm_migrations in share mode');
        await expect(migrator.up()).rejects.toMatchObject({ code: '55P03' });
      });
    });
  });

  test('may be its limits of time outside of a transaction, which concurrent builds do not have', async () => {
    const note = (at: number) => `insert into limits select ${at}, current_setting('lock_timeout'),
      current_setting('statement_timeout')`;
    const build = 'create index concurrently if not exists plans_n on plans (unlimited(n))';
    const migrations = {
      Migration20991201100000_tables: up(
        'create table limits (at int, lock text, statement text)',
        'create table plans (n int)',
        'insert into plans values (1)',
        // PostgreSQL calls it while it builds the index, and lets it fail for the limits that it finds.
        `create function unlimited(n int) returns int language plpgsql immutable as $$ begin
          if current_setting('lock_timeout') || current_setting('statement_timeout') <> '00' then raise 'limited'; end if;
          return n; end $$`,
      ),
      Migration20991201100100_limits: `${outside}
        safety = { lockTimeoutMs: 1000, because: { 'not-rerunnable': 'it notes something' } };
        ${up(note(1), `set statement_timeout to '1h'`, note(2), build, note(3))}`,
    };
    await withOwnPackage(migrations, async ({ orm }) => {
      await orm.migrator.up();
      expect(await orm.em.fork().execute('select * from limits order by at')).toEqual([
        { at: 1, lock: '1s', statement: '1min' },
        { at: 2, lock: '1s', statement: '1h' },
        { at: 3, lock: '1s', statement: '1h' },
      ]);
    });
  });
});
