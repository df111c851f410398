import { describe, expect } from 'vitest';
import { test as base } from '../../../src/testing/index.js';
import { faultsAfter, type SeededFault, saying } from './faults-after.js';

const { database: test } = base;

const doNotInherit = `do $$ begin
  if current_setting('server_version_num')::int >= 160000 then
    execute 'grant codex_scoped_org to codex_scoped with inherit false';
  else
    alter role codex_scoped noinherit;
  end if;
end $$`;

/** What one kind has while the group does not inherit it. The transaction hides it from other databases. */
const withoutInheritance = (
  [
    [
      'a view',
      ['create view peek as select * from accounts', 'grant select on peek to codex_scoped_org'],
      /view public.peek/,
    ],
    [
      'a function',
      [
        'create function peek() returns setof accounts language sql security definer as $$ select * from accounts $$',
        'revoke all on function peek() from public',
        'grant execute on function peek() to codex_scoped_org',
      ],
      /may call public.peek\(\)/,
    ],
    ['TRUNCATE', ['grant truncate on content to codex_scoped_org'], /has TRUNCATE on content/],
    ['CREATE', ['grant create on schema public to codex_scoped_org'], /may create in the schema public/],
    ['a column', ['grant select (access_token) on accounts to codex_scoped_org'], /SELECT on some columns on accounts/],
  ] satisfies SeededFault[]
).map(([fault, sql, said]): SeededFault => [`${fault}, of a kind that is not inherited`, [doNotInherit, ...sql], said]);

describe('a check of privileges', () => {
  test.for<SeededFault>([
    [
      'a privilege',
      ['grant select on sessions to codex_scoped'],
      /has SELECT on sessions, which is not declared: revoke all/,
    ],
    ['one through PUBLIC', ['grant select on accounts to public'], /has SELECT on accounts/],
    ['one on a column', ['grant select (token) on sessions to codex_scoped'], /has SELECT on some columns on sessions/],
    [
      'a deletion',
      ['grant delete on purchases to codex_scoped'],
      /has DELETE on purchases.* grant SELECT, INSERT, UPDATE on/,
    ],
    ['TRUNCATE', ['grant truncate on content to codex_scoped'], /has TRUNCATE on content/],
    ['TRIGGER', ['grant trigger on content to codex_scoped'], /has TRIGGER on content/],
    ['REFERENCES', ['grant references on content to codex_scoped'], /has REFERENCES on content/],
    [
      'a grant option',
      ['grant select on users to codex_scoped with grant option'],
      /has SELECT with grant option on users, .* grant SELECT, UPDATE on/,
    ],
    [
      'a missing privilege',
      ['revoke update on users from codex_scoped_org'],
      /the role codex_scoped_org has no UPDATE on users: grant UPDATE on/,
    ],
    ['one of one kind only', ['grant select on sessions to codex_scoped_user'], /has SELECT on sessions, which is not/],
    [
      'a schema that it must not use',
      ['revoke usage on schema public from public, codex_scoped_org'],
      /must not use the schema public: grant usage/,
    ],
    [
      'a table of no entity',
      ['create table notes ()', 'grant select on notes to public'],
      /has SELECT on the table public.notes/,
    ],
    [
      'the migrations',
      ['grant insert on mikro_orm_migrations to codex_scoped'],
      /the table public.mikro_orm_migrations/,
    ],
    ['a sequence', ['grant usage on mikro_orm_migrations_id_seq to codex_scoped'], /has USAGE on the sequence public/],
    [
      'a view',
      ['create view peek as select * from users', 'grant select on peek to codex_scoped'],
      /has SELECT on the view public.peek, .* and which shows what its owner sees: revoke/,
    ],
    [
      'a materialized view',
      ['create materialized view peek as select * from users', 'grant select on peek to public'],
      /the materialized view public.peek/,
    ],
    [
      'a view in another schema',
      [
        'create schema reports',
        'create view reports.peek as select * from users',
        'grant usage on schema reports to public',
        'grant select on reports.peek to public',
      ],
      /the view reports.peek/,
    ],
    [
      'CREATE in the schema',
      ['grant create on schema public to public'],
      /may create in the schema public: revoke create/,
    ],
    [
      'CREATE in the database',
      [`do $$ begin execute format('grant create on database %I to codex_scoped', current_database()); end $$`],
      /has CREATE on the database: revoke create on database/,
    ],
    [
      'a server',
      [
        'create extension postgres_fdw',
        'create server s foreign data wrapper postgres_fdw',
        'grant usage on foreign server s to codex_scoped',
      ],
      /privileges on server s/,
    ],
    [
      'privileges on tables to come',
      ['alter default privileges in schema public grant select on tables to public'],
      /would have SELECT on new tables of /,
    ],
    [
      'a scope by default',
      [`do $$ begin execute format('alter database %I set codex.creator = %L', current_database(), 'ada'); end $$`],
      /^codex.creator for everyone in database codex_test_\w+ is set where nobody has entered a scope/,
    ],
    [
      'privileges on tables to come, of one kind only',
      ['alter default privileges in schema public grant select, delete on tables to codex_scoped_org'],
      /would have SELECT on new tables of /,
    ],
    [
      'a parameter, of one kind only',
      ['grant set on parameter session_replication_role to codex_scoped_org'],
      /may change the parameter session_replication_role: .* "codex_scoped_org"/,
    ],
    [
      'a large object, of one kind only',
      ['select lo_create(4711)', 'grant select on large object 4711 to codex_scoped_org'],
      /large object 4711/,
    ],
    ...withoutInheritance,
    ...['database', 'role'].flatMap((of): SeededFault[] =>
      ['session_replication_role = replica', 'standard_conforming_strings = off'].map((setting) => [
        `${setting} for the ${of}`,
        [
          `do $$ begin execute format('alter ${of} %I set ${setting}', current_${of === 'role' ? 'user' : of}${of === 'role' ? '' : '()'}); end $$`,
        ],
        new RegExp(`^${setting.split(' ')[0]} for (everyone|role) .*is set so that`),
      ]),
    ),
    ...['session_replication_role = replica', 'standard_conforming_strings = off'].map(
      (setting): SeededFault => [
        `${setting} for the session`,
        [`set local ${setting}`],
        new RegExp(`^${setting.split(' ')[0]} for this session is set so that`),
      ],
    ),
  ])('notices %s', async ([, sql, said], { orm }) => {
    const faults = await faultsAfter(orm, sql);

    expect(saying(faults, said), faults.join('\n')).toHaveLength(1);
    expect(faults.join()).not.toContain('undefined');
  });
});
