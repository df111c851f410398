import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlsTransaction, hasSeveral } from '../../src/migrator/normalized.js';

const body = (...statements: string[]): string =>
  `create function f() returns int language sql begin atomic ${statements.map((sql) => `${sql}; `).join('')}end`;

const control = fc.constantFrom(
  ...['begin', 'BEGIN isolation level serializable', 'start transaction', 'commit', 'Commit work', 'end', 'END'],
  ...['abort', 'rollback', 'rollback work', 'rollback and chain', "prepare transaction 'one'"],
);

/** Statements that stand alone as well as in the body of a function. */
const plain = fc.constantFrom(
  'select 1',
  `select case when true then 1 else case 1 when 1 then 2 end end`,
  'select 1 as end, 2 as commit',
  'select 1 end',
  'select t.end from t',
  `insert into t values ('; commit; end', $$; end; $$) -- ; commit`,
  'update t set "end" = 1 /* ; end; */ where "commit" = 2',
  'delete from t where begin = atomic',
);
const beside = fc.constantFrom('savepoint s', 'rollback to s', 'rollback work to savepoint s', 'release s');
const head = fc.constantFrom(
  'create function f() returns int language sql',
  'CREATE OR REPLACE FUNCTION public."commit"(begin atomic, n int default (1)) RETURNS int',
  'create procedure p(out n int)',
);
const routine = fc
  .tuple(
    head,
    fc.constantFrom(' begin atomic ', '\nBEGIN\n  ATOMIC\n', ' begin -- it\n /* is */ atomic '),
    fc.array(plain),
  )
  .map(([first, begin, statements]) => `${first}${begin}${statements.map((sql) => `${sql}\n;`).join(' ')} end`);
const harmless = fc.array(fc.oneof(plain, beside, routine), { maxLength: 4 });

describe('controlsTransaction', () => {
  test('finds no statement that begins or ends a transaction where there is none, and counts the statements', () => {
    fc.assert(
      fc.property(harmless, (statements) => {
        const sql = statements.join('\n;\n');
        expect(controlsTransaction(sql)).toBe(false);
        expect(hasSeveral(sql)).toBe(statements.length > 1);
      }),
    );
  });

  test('finds one before, between and after all that is harmless', () => {
    fc.assert(
      fc.property(harmless, control, harmless, (before, statement, after) => {
        expect(controlsTransaction([...before, statement, ...after].join('\n;\n'))).toBe(true);
      }),
    );
  });

  test.for([
    [`${body('select 1')}; commit`, true],
    [`${body()}; commit`, true],
    [`${body('select case when true then 1 end', 'select 2 end')}; select 1`, false],
    ['create view v as select begin atomic from t; commit', true],
    ['create function f(begin atomic) returns int language sql as $$ select 1 $$; commit', true],
    ['create function f(begin\natomic) returns int begin atomic select 1; end; end', true],
    [`${body('select 1')}; ${body('select 2')}`, false],
    [`${body('select 1')}; ${body('select 2')}; rollback`, true],
    [`do $$ begin perform 1; end $$`, false],
    [`comment on table t is 'x'; begin`, true],
  ] as const)('reads %s as %s', ([sql, expected]) => {
    expect(controlsTransaction(sql)).toBe(expected);
  });
});
