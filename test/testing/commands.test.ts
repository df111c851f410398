import { describe, expect, test } from 'vitest';
import { readCommand } from '../../src/testing/rollback/commands.js';

describe('a text of SQL', () => {
  test.for([
    ['begin', 'begin'],
    ['BEGIN ISOLATION LEVEL serializable;', 'begin'],
    ['/* why */ start transaction read only; select 1', 'begin'],
    ['commit', 'commit'],
    ['-- done\n end;', 'commit'],
    ['commit work', 'commit'],
    ['rollback', 'rollback'],
    ['abort transaction', 'rollback'],
    ['rollback to savepoint a', 'plain'],
    ['rollback work to a', 'plain'],
    ['savepoint begin', 'plain'],
    [`select 'commit; begin'`, 'plain'],
    [`do $$ begin perform 1; end $$`, 'plain'],
    ['select case when true then 1 end', 'plain'],
    ['prepare transaction_of as select 1', 'plain'],
    ['update commits set start = 1', 'plain'],
    ['select 1; commit', 'other control'],
    ['begin; commit', 'other control'],
    ['begin; begin', 'other control'],
    ['commit and chain', 'other control'],
    ['rollback and chain', 'other control'],
    [`prepare transaction 'x'`, 'other control'],
    [`commit prepared 'x'`, 'other control'],
    [`rollback prepared 'x'`, 'other control'],
    ['create function f() returns int begin atomic select 1; end', 'plain'],
  ] as const)('%s is %s', ([sql, kind]) => {
    expect(readCommand(sql).kind).toBe(kind);
  });

  test('gives what follows a beginning, and whether it reads only', () => {
    expect(readCommand('start transaction read only; select 1; select 2')).toEqual({
      kind: 'begin',
      isReadOnly: true,
      rest: 'select 1; select 2',
    });
    expect(readCommand('begin')).toEqual({ kind: 'begin', isReadOnly: false, rest: '' });
  });
});
