import { cp, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOrm } from '../../src/index.js';
import { foldersOf, readHistory } from '../../src/migrator/history.js';
import { type LintFinding, lintMigrations } from '../../src/migrator/lint/lint-migrations.js';
import { recordMigrations } from '../../src/migrator/recorded-migration.js';
import { inFreshProject, root, run } from '../support/command.js';
import { withEmptyDatabase } from '../support/empty-database.js';
import { type Bodies, outside, up, withOwnFolder } from './support/own-migrations.js';

const orm = createOrm({ method: 'LOCAL_PROXY', url: 'postgresql://nobody@127.0.0.1/none' });

const lint = (migrations: Bodies): Promise<LintFinding[]> =>
  withOwnFolder(migrations, async (folder) => {
    const files = readHistory(foldersOf(folder, undefined), '!(*.d).{js,ts}');
    return lintMigrations(await recordMigrations(files, orm.driver, orm.config));
  });

const rulesOf = async (...statements: string[]): Promise<string[]> =>
  (await lint({ Migration20991201100000_one: up(...statements) })).map(({ rule }) => rule);

describe('the lint of migrations', { timeout: 60_000 }, () => {
  test.for([
    ['adding-required-field', 'alter table users add column plan text not null'],
    ['adding-field-with-default', 'alter table users add column token uuid default gen_random_uuid()'],
    ['adding-field-with-default', 'alter table users add column at timestamptz not null default clock_timestamp()'],
    ['adding-field-with-default', 'alter table users add column sum int generated always as (1 + 1) stored'],
    ['require-concurrent-index-creation', 'create index users_plan on users (plan)'],
    ['require-concurrent-index-deletion', 'drop index users_plan'],
    ['adding-foreign-key-constraint', 'alter table users add constraint f foreign key (plan) references plans (id)'],
    ['constraint-missing-not-valid', `alter table users add constraint c check (name <> '')`],
    ['disallowed-unique-constraint', 'alter table users add constraint u unique (name)'],
    ['adding-not-nullable-field', 'alter table users alter column image set not null'],
    ['changing-column-type', 'alter table users alter column name type varchar(9)'],
    ['renaming-column', 'alter table users rename column name to title'],
    ['renaming-table', 'alter table users rename to people'],
    ['ban-drop-column', 'alter table users drop column image'],
    ['ban-drop-table', 'drop table sessions'],
    ['require-concurrent-reindex', 'reindex table users'],
    ['ban-concurrent-index-creation-in-transaction', 'create index concurrently if not exists i on users (name)'],
    ['ban-truncate', 'truncate users'],
    ['ban-lock-table', 'lock table users in share mode'],
    ['ban-table-rewrite', 'vacuum full users'],
    ['ban-table-rewrite', 'cluster users using users_pkey'],
    ['ban-table-rewrite', 'alter table users set unlogged'],
    ['ban-table-rewrite', 'refresh materialized view totals'],
    ['ban-drop-cascade', 'drop schema app'],
    ['ban-drop-cascade', 'drop type mood cascade'],
    ['renaming-enum-value', `alter type mood rename value 'sad' to 'blue'`],
    ['renaming-schema-object', 'alter type mood rename to feeling'],
    ['ban-transaction-control', 'commit'],
    ['ban-transaction-control', 'select 1; begin'],
  ])('refuses %s: %s', async ([rule, sql]) => {
    expect(await rulesOf(sql!)).toContain(rule);
  });

  test('lets pass what holds nobody up', async () => {
    const found = await lint({
      Migration20991201100000_columns: up(
        'alter table users add column plan text',
        `alter table users add column grade int not null default 0`,
        `alter table users add constraint grade_check check (grade >= 0) not valid`,
        'alter table users add constraint plan_foreign foreign key (plan) references plans (id) not valid',
        `update users set plan = 'free; drop table users' where plan is null`,
      ),
      Migration20991201100100_validate: up('alter table users validate constraint grade_check'),
      Migration20991201100200_index: `${outside}\n${up('create index concurrently if not exists users_plan on users (plan)')}`,
    });

    expect(found).toEqual([]);
  });

  test('lets pass what is done to tables that a pending migration makes, and these alone', async () => {
    const table = {
      Migration20991201100000_table: up(
        'create table plans (id bigint, name text)',
        'create index plans_id on plans (id)',
      ),
    };
    const more = {
      Migration20991201100100_more: up(
        'create index plans_name on "public"."plans" (name)',
        'alter table plans add constraint name_check check (length(name) > 2)',
        'drop index plans_id',
      ),
    };

    expect(await lint({ ...table, ...more })).toEqual([]);
    expect((await lint(more)).map(({ rule }) => rule)).toEqual([
      'require-concurrent-index-creation',
      'constraint-missing-not-valid',
      'require-concurrent-index-deletion',
    ]);
  });

  test('refuses what cannot run twice outside of a transaction, and what it cannot read', async () => {
    const found = await lint({
      Migration20991201100000_outside: `${outside}\n${up('alter table users add column plan text')}`,
      Migration20991201100100_unread: `async up() { const [{ n }] = await this.execute('select 1 as n'); this.addSql('select ' + n); }`,
    });

    expect(found.map(({ migration, rule }) => [migration, rule])).toEqual([
      ['Migration20991201100000_outside', 'not-rerunnable'],
      ['Migration20991201100100_unread', 'not-readable'],
    ]);
  });

  test('takes a reason for a rule, in words, and for no other rule', async () => {
    const body = (because: string) =>
      `safety = { because: ${because} };\n${up('drop table sessions', 'truncate users')}`;
    const reasons = async (because: string) =>
      (await lint({ Migration20991201100000_one: body(because) })).map((each) => [each.rule, each.because]);

    expect(await reasons(`{ 'ban-drop-table': 'nobody signs in any more' }`)).toEqual([
      ['ban-drop-table', 'nobody signs in any more'],
      ['ban-truncate', undefined],
    ]);
    expect(await reasons(`{ 'ban-drop-table': ' ' }`)).toEqual([
      ['ban-drop-table', undefined],
      ['ban-truncate', undefined],
    ]);
  });

  test('is not switched off by a comment, nor led astray by one', async () => {
    expect(await rulesOf('-- squawk-ignore ban-drop-table\ndrop table sessions')).toEqual(['ban-drop-table']);
    expect(await rulesOf('drop /* it */ table sessions')).toEqual(['ban-drop-table']);
    expect(await rulesOf('select 1 -- ; drop table sessions')).toEqual([]);
  });

  test('finds the statement behind bodies of several lines', async () => {
    const body = 'create function f() returns int language sql as $$\nselect\n1;\n$$';
    const [found] = await lint({ Migration20991201100000_one: up(body, 'drop table sessions') });

    expect(found).toMatchObject({ rule: 'ban-drop-table', statement: 'drop table sessions' });
  });
});

describe('npm run db:lint', { timeout: 60_000 }, () => {
  test('reads the migrations that are pending, and changes nothing', async () => {
    await withEmptyDatabase(async (own, url) => {
      const variables = { DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url };
      const empty = await run('npm', ['run', 'db:lint'], variables);
      expect(empty.output).toContain('8 migrations read.');
      expect(empty.code).toBe(0);
      expect(await own.em.fork().execute(`select from pg_class where relname = 'mikro_orm_migrations'`)).toEqual([]);

      await own.migrator.up({ to: 'Migration20261124100200_rules_across_tables' });
      const late = await run('npm', ['run', 'db:lint'], variables);
      expect(late.output).toContain('1 migration read.');
      expect(late.output).toContain(
        'refused  Migration20261124100300_scope_indexes  require-concurrent-index-creation',
      );
      expect(late.code).toBe(1);
    });
  });

  test('says in one sentence that it needs squawk-cli, where that is not installed', async () => {
    await inFreshProject(async (folder) => {
      // Copies: what a link leads to would look for squawk-cli beside itself.
      await Promise.all(['src', 'node_modules'].map((name) => rm(join(folder, name))));
      await cp(join(root, 'src'), join(folder, 'src'), { recursive: true });
      await mkdir(join(folder, 'node_modules'));
      const installed = await readdir(join(root, 'node_modules'));
      await Promise.all(
        installed
          .filter((name) => name !== 'squawk-cli')
          .map((name) => symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))),
      );

      const { code, output } = await run('npm', ['--silent', 'run', 'db:lint', '--', '--all'], {}, folder);

      const { peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
      expect(output).toBe(
        `The lint of migrations needs squawk-cli: npm install --save-dev squawk-cli@${peerDependencies['squawk-cli']}\n`,
      );
      expect(code).toBe(1);
    });
  });

  test('needs no database for all, or for those after a name', async () => {
    const nowhere = { DB_METHOD: 'PRODUCTION' };
    const all = await run('npm', ['run', 'db:lint', '--', '--all'], nowhere);
    const last = await run(
      'npm',
      ['run', 'db:lint', '--', '--after', 'Migration20261124100300_scope_indexes'],
      nowhere,
    );
    const none = await run('npm', ['run', 'db:lint', '--', '--after', 'Migration1'], nowhere);

    expect([all.code, last.code, none.code]).toEqual([0, 0, 1]);
    expect(all.output).toContain('8 migrations read.');
    expect(last.output).toContain('0 migrations read.');
    expect(none.output).toContain('There is no migration Migration1.');
  });
});
