import { describe, expect } from 'vitest';
import { createHttpExecutor, type Statement } from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';

const fine = 'select 1';
const insert = (...parameters: unknown[]): Statement => ({ text: 'insert into items values ($1, $2)', parameters });

/** What fails, which of them it is, and whether that can be known. */
const cases: [string, (Statement | string)[], number | undefined][] = [
  ['the only statement', ['select 1/0'], 0],
  ['a missing table', [fine, 'select * from nowhere', fine], 1],
  ['a missing table with a schema', ['select * from items', 'select * from public.nowhere'], 1],
  ['a missing table whose name begins like another', ['select * from items', 'select * from items2'], 1],
  ['a missing table with a name to quote', ['select * from items', 'select * from "No ""Where.x"'], 1],
  ['a missing column', ['select name from items', 'select NAMES from items', fine], 1],
  ['a missing column of an insert', [insert(1, 'a'), 'insert into items (id, wrong) values (2, 3)'], 1],
  ['a missing function', [fine, fine, 'select nowhere(1)'], 2],
  ['a syntax error', [fine, 'selec 1'], 1],
  ['a syntax error at the end', ['select 1, 2, 3', 'select 1 +'], 1],
  ['a syntax error behind an emoji', ["select '😀😀', 1 2", fine], 0],
  [
    'an error inside a function’s body',
    [fine, 'create function f() returns int language sql as $$ select nowhere $$'],
    1,
  ],
  ['a value that cannot be read', [fine, insert('one', 'a'), fine], 1],
  ['a value that is not null', [insert(null, 'a'), { text: 'select $1::int', parameters: ['x'] }], 1],
  ['too few values', [insert(1, 'a'), insert(1), fine], 1],
  ['too many values', [insert(1, 'a'), { text: 'select $1::int', parameters: [1, 2] }], 1],
  // Here several may have failed.
  ['one of two writes', [insert(1, 'a'), insert(1, 'b')], undefined],
  ['a division by zero', [fine, 'select 1/0'], undefined],
  ['the same statement twice', ['select nowhere', 'select nowhere'], undefined],
  ['one of two values', [insert(1, 'a'), insert('x', 'b')], undefined],
  ['the commit', ['insert into late values (1)', 'insert into late values (1)'], undefined],
  ['a trigger of another table', ['update fired set id = 1', 'delete from items'], undefined],
];

describe('statementIndex', () => {
  test.beforeAll(async ({ neon }) => {
    await createHttpExecutor(neon).batch([
      'create table items (id int unique, name text)',
      'create table late (id int unique deferrable initially deferred)',
      'create table fired as select 0 as id',
      'create function fire() returns trigger language plpgsql as $$ begin insert into items values (1), (1); return null; end $$',
      'create trigger fires after update on fired execute function fire()',
    ]);
  });

  test.for(cases)('tells %s, or nothing', async ([, statements, expected], { executor }) => {
    const error = await rejectionOf(executor.batch(statements));

    expect(error.name).toBe('QueryFailedError');
    expect(error.statementIndex).toBe(expected);
    expect(error.message).toMatch(
      expected === undefined
        ? /^The database refused a statement of the batch/
        : `statement [${expected}] of the batch`,
    );
  });

  test('is never wrong when PostgreSQL speaks another language', async ({ executor }) => {
    const german = "set local lc_messages = 'de_DE.UTF-8'";
    const error = await rejectionOf(executor.batch([german, 'select * from items', 'select * from items2']));

    expect([undefined, 2]).toContain(error.statementIndex);
  });
});
