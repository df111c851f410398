import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScopeRefusedError } from '../../src/index.js';
import { refuseEscape } from '../../src/scope/statement-guard.js';

const allowed = [
  'select 1',
  '\n  /* why */ -- because\n select 1',
  '((select 1) union (select 2))',
  'select 1;',
  'select 1 ; ; ',
  'insert into content (title) values ($1)',
  'INSERT INTO content DEFAULT VALUES',
  'update content set title = $1',
  'delete from content_access',
  'merge into content using users on true when matched then do nothing',
  'with made as (insert into content (title) values ($1) returning *) select * from made',
  'values (1)',
  'table content',
  'explain select 1',
  'explain analyze verbose select 1',
  'explain (analyze, format json) (select 1)',
  'explain (select 1) union select 2',
  `select 'a'\n'b'`,
  'with a as (select 1) insert into content (title) values ($1)',
  'select 1 as merge',
  `select 'reset role; set_config', "title", $tag$ commit; $tag$`,
  'select current_setting($1)',
  'select role, settings from memberships',
  'select lo_price, pg_advisory_xact_lock(1) from plans',
];

const refused = [
  '',
  ';',
  'commit',
  'COMMIT AND CHAIN',
  'end',
  'abort',
  'rollback',
  'rollback to savepoint a',
  'savepoint a',
  'release a',
  'begin',
  'start transaction',
  `prepare transaction 'a'`,
  'prepare a as select 1',
  'execute a',
  'deallocate all',
  'set role postgres',
  'set local role none',
  `set codex.org to ''`,
  'set session authorization default',
  'reset role',
  'reset all',
  'discard all',
  'do $$ begin end $$',
  'call a()',
  'copy content to stdout',
  'create table a ()',
  'create temp table content ()',
  'alter table content disable row level security',
  'drop policy org_scope on content',
  'grant all on accounts to codex_scoped',
  'truncate content',
  'lock table content',
  'declare a cursor for select 1',
  'listen a',
  'vacuum',
  '/* select */ reset role',
  '--select\nreset role',
  'select 1; reset role',
  'select 1;;reset role',
  `select ';'; reset role`,
  `select set_config('codex.org', '', true)`,
  `SELECT SET_CONFIG('role', 'postgres', false)`,
  `select pg_catalog.set_config('a', 'b', true)`,
  `select "set_config"('a', 'b', true)`,
  `select U&"\\0073et_config"('a', 'b', true)`,
  `update pg_settings set setting = 'off' where name = 'row_security'`,
  `select query_to_xml('reset role', true, true, '')`,
  `select * from dblink('', '')`,
  ...[
    'connectby',
    'crosstab',
    'cursor_to_xml',
    'cursor_to_xmlschema',
    'dblink_exec',
    'dblink_open',
    'dblink_send_query',
    'lo_create',
    'lo_from_bytea',
    'lo_get',
    'loread',
    'lowrite',
    'pg_advisory_lock',
    'pg_advisory_lock_shared',
    'pg_advisory_unlock',
    'pg_advisory_unlock_all',
    'pg_advisory_unlock_shared',
    'pg_try_advisory_lock',
    'pg_try_advisory_lock_shared',
    'query_to_xml_and_xmlschema',
    'query_to_xmlschema',
    'ts_rewrite',
    'ts_stat',
  ].flatMap((name) => [`select pg_catalog.${name} (1)`, `select * from "${name}"(1)`]),
  'select * into temp content from users',
  'select 1 into a',
  'with a as (select 1) select * into b from a',
  'select 1 as merge into temp content from users',
  'select 1 insert into temporary content from users',
  'select (1) merge into unlogged a from users',
  'select 1 as insert into pg_temp.content from users',
  'select 1 as insert into "pg_temp_3".content from users',
  'select 1 as insert into table a from users',
  'explain',
  'explain create temp table content as select 1',
  'explain analyze create temp table content as select 1',
  'explain analyze verbose create temp table content as select 1',
  'explain (analyze) create temp table content as select 1',
  'explain (analyze, format json) execute a',
  'explain declare a cursor for select 1',
  `select E'a'\n'\\'' as x; reset role --'`,
  `select E'a' -- b\n -- c\n '\\'', set_config('role', 'none', true) --'`,
];

describe('in a scope', () => {
  test.for(allowed)('may run: %s', (sql) => {
    expect(() => refuseEscape(sql)).not.toThrow();
  });

  test.for(refused)('may not run: %s', (sql) => {
    expect(() => refuseEscape(sql)).toThrow(ScopeRefusedError);
  });

  test('may not run what is refused behind whatever else it may run', () => {
    fc.assert(
      fc.property(fc.constantFrom(...allowed), fc.constantFrom(...refused.slice(2)), (first, second) => {
        expect(() => refuseEscape(`${first.replace(/[; ]*$/, '')}; ${second}`)).toThrow(ScopeRefusedError);
      }),
    );
  });

  test('may run any text as a value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...refused)), (text) => {
        expect(() => refuseEscape(`select '${text.replaceAll("'", "''")}' as a`)).not.toThrow();
      }),
    );
  });
});
