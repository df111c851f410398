import {
  CheckConstraintViolationException,
  DeadlockException,
  DriverException,
  ForeignKeyConstraintViolationException,
  InvalidFieldNameException,
  NonUniqueFieldNameException,
  NotNullConstraintViolationException,
  RowLevelSecurityViolationException,
  SyntaxErrorException,
  TableExistsException,
  TableNotFoundException,
  UniqueConstraintViolationException,
} from '@mikro-orm/core';

/** What the failing statements work on. The functions that a plain reader owns run with a plain reader's rights. */
export const objects = `
  create table parent (id int primary key);
  insert into parent values (1), (2);
  create table child (
    id int primary key,
    parent_id int default 1 references parent,
    later_id int references parent deferrable initially deferred,
    name varchar(3) not null default 'abc',
    amount int default 1 check (amount > 0),
    during int4range,
    exclude using gist (during with &&)
  );
  insert into child (id, during) values (1, '[1,5)');
  create domain positive as int check (value > 0);
  create type mood as enum ('sad', 'happy');
  create table owned (id int);
  alter table owned enable row level security;
  grant insert on owned to pg_monitor;

  create function write_owned() returns void language sql security definer as 'insert into owned values (1)';
  alter function write_owned owner to pg_monitor;
  create function read_parent() returns bigint language sql security definer as 'select count(*) from parent';
  alter function read_parent owner to pg_monitor;
  create function write_reading() returns void language plpgsql as $$ begin
    perform set_config('transaction_read_only', 'on', true);
    insert into parent values (9);
  end $$;
  create function complain() returns void language plpgsql as $$ begin
    raise exception 'it''s "custom"' using errcode = 'CX001', detail = E'de\\n''tail', hint = 'hi😀nt', schema = 's',
      table = 't', column = 'c', constraint = 'k', datatype = 'd';
  end $$;
  create function complain_deeply() returns void language plpgsql as $$ begin perform complain(); end $$;
  create function misspell() returns void language plpgsql as $$ begin execute 'select nowhere from parent'; end $$;
  create function lose() returns void language plpgsql as $$ begin
    raise exception 'lost' using errcode = 'serialization_failure';
  end $$;`;

type ExceptionClass = new (...parameters: never[]) => DriverException;
type Fields = Partial<Record<'constraint' | 'table' | 'column' | 'detail' | 'hint' | 'position' | 'where', string>>;

/** A statement that fails by itself, MikroORM's class for it, its SQLSTATE, and some of the other fields. */
export type Failure = [name: string, sql: string, exception: ExceptionClass, code: string, fields?: Fields];

export const failures: Failure[] = [
  [
    'unique',
    'insert into parent values (1)',
    UniqueConstraintViolationException,
    '23505',
    {
      constraint: 'parent_pkey',
      table: 'parent',
      detail: 'Key (id)=(1) already exists.',
    },
  ],
  [
    'missing parent',
    'insert into child (id, parent_id) values (2, 7)',
    ForeignKeyConstraintViolationException,
    '23503',
    {
      constraint: 'child_parent_id_fkey',
      detail: 'Key (parent_id)=(7) is not present in table "parent".',
    },
  ],
  [
    'row that is referred to',
    'delete from parent where id = 1',
    ForeignKeyConstraintViolationException,
    '23503',
    {
      constraint: 'child_parent_id_fkey',
    },
  ],
  [
    'deferred constraint, at the commit',
    'insert into child (id, later_id) values (2, 7)',
    ForeignKeyConstraintViolationException,
    '23503',
    {
      constraint: 'child_later_id_fkey',
    },
  ],
  [
    'not null',
    'insert into child (id, name) values (2, null)',
    NotNullConstraintViolationException,
    '23502',
    {
      table: 'child',
      column: 'name',
    },
  ],
  [
    'check',
    'insert into child (id, amount) values (2, 0)',
    CheckConstraintViolationException,
    '23514',
    {
      constraint: 'child_amount_check',
    },
  ],
  [
    'check of a domain',
    'select 0::positive',
    CheckConstraintViolationException,
    '23514',
    {
      constraint: 'positive_check',
    },
  ],
  [
    'exclusion',
    `insert into child (id, during) values (2, '[4,6)')`,
    DriverException,
    '23P01',
    {
      constraint: 'child_during_excl',
    },
  ],
  ['truncation of a referenced table', 'truncate parent', ForeignKeyConstraintViolationException, '0A000'],
  ['syntax', `select 'é' frm parent where`, SyntaxErrorException, '42601', { position: '16' }],
  ['unfinished text', `select 'abc`, SyntaxErrorException, '42601', { position: '8' }],
  ['unknown table', 'select 1 from nowhere', TableNotFoundException, '42P01', { position: '15' }],
  ['unknown column', 'select "Ids" from parent', InvalidFieldNameException, '42703', { position: '8' }],
  ['ambiguous column', 'select id from parent, child', NonUniqueFieldNameException, '42702'],
  ['unknown function', `select nothing('a')`, DriverException, '42883'],
  ['unknown operator', `select '{}'::json = '{}'::json`, DriverException, '42883'],
  ['unknown type', `select 'a'::nothing`, DriverException, '42704'],
  ['unknown schema', 'create table nowhere.t (id int)', DriverException, '3F000'],
  ['table that exists', 'create table parent (id int)', TableExistsException, '42P07'],
  ['grouping', 'select id, count(*) from parent', DriverException, '42803'],
  ['wrong type', `update child set amount = true`, DriverException, '42804', { position: '27' }],
  ['division by zero', 'select 1 / 0', DriverException, '22012'],
  ['integer out of range', 'select 2147483647 + 1', DriverException, '22003'],
  ['numeric overflow', 'select 1000::numeric(3, 0)', DriverException, '22003'],
  ['malformed number', `select 'abc'::int`, DriverException, '22P02', { position: '8' }],
  ['malformed uuid', `select 'abc'::uuid`, DriverException, '22P02'],
  ['malformed json', `select '{"a": }'::json`, DriverException, '22P02', { where: 'JSON data, line 1: {"a": }' }],
  ['unknown member of an enum', `select 'angry'::mood`, DriverException, '22P02'],
  ['malformed date', `select '2026-02-30'::date`, DriverException, '22008', { position: '8' }],
  ['unreadable date', `select 'spring'::date`, DriverException, '22007'],
  ['text too long', `insert into child (id, name) values (2, 'abcd')`, DriverException, '22001'],
  ['invalid bytes', `select convert_from('\\xff', 'UTF8')`, DriverException, '22021'],
  ['bad escape', `select E'\\uD800'`, SyntaxErrorException, '42601'],
  ['subquery with two rows', 'select (select id from parent)', DriverException, '21000'],
  ['bad regular expression', `select 'a' ~ '('`, DriverException, '2201B'],
  ['read-only transaction', 'select write_reading()', DriverException, '25006'],
  [
    'missing privilege',
    'select read_parent()',
    DriverException,
    '42501',
    {
      where: 'SQL function "read_parent" statement 1',
    },
  ],
  ['row level security', 'select write_owned()', RowLevelSecurityViolationException, '42501'],
  [
    'raised with all fields',
    'select complain()',
    DriverException,
    'CX001',
    {
      constraint: 'k',
      column: 'c',
      detail: `de\n'tail`,
      hint: 'hi😀nt',
    },
  ],
  ['raised deeper', 'select complain_deeply()', DriverException, 'CX001'],
  ['inside a function', 'select misspell()', InvalidFieldNameException, '42703'],
  ['serialization, raised', 'select lose()', DeadlockException, '40001'],
  ['canceled', 'select pg_cancel_backend(pg_backend_pid()), pg_sleep(20)', DriverException, '57014'],
  ['terminated backend', 'select pg_terminate_backend(pg_backend_pid()), pg_sleep(20)', DriverException, '57P01'],
  ['vacuum inside a function', `do $$ begin execute 'vacuum'; end $$`, DriverException, '25001'],
  ['unknown setting', `set nothing = 1`, DriverException, '42704'],
  ['unknown cursor', 'fetch nothing', DriverException, '34000'],
  ['unknown prepared statement', 'execute nothing', DriverException, '26000'],
  ['system catalog', `drop table pg_class`, DriverException, '42501'],
];
