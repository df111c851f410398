import { describe, expect, test } from 'vitest';
import { tokensOf } from '../../src/sql/tokens.js';

const read = (sql: string) => [...tokensOf(sql)].map(({ kind, text }) => `${kind} ${text}`);

describe('tokensOf', () => {
  test.for(
    [
      ["E'it\\'s' x", "literal E'it\\'s'", 'word x'],
      ["'it''s' x", "literal 'it''s'", 'word x'],
      ["U&'d' B'1' x'f' n'm'", "literal U&'d'", "literal B'1'", "literal x'f'", "literal n'm'"],
      ['"a""b" U&"c"', 'quoted "a""b"', 'quoted U&"c"'],
      ['$$ $1 $a$ $$ x', 'literal $$ $1 $a$ $$', 'word x'],
      ['$é1$ $$ $é1$ x', 'literal $é1$ $$ $é1$', 'word x'],
      ['$1::a$1', 'parameter $1', 'symbol ::', 'word a$1'],
      ['1.5e3 a1', 'literal 1.5e3', 'word a1'],
      ['a/* /* */ */b--c\rd', 'word a', 'word b', 'word d'],
      ["E'a'\n'\\'' x", "literal E'a'\n'\\''", 'word x'],
      ["'a' --'\n --\n'\\' x", "literal 'a' --'\n --\n'\\'", 'word x'],
      ["E'a' '\\' x", "literal E'a'", "literal '\\'", 'word x'],
      ["'a' /* */\n'b'", "literal 'a'", "literal 'b'"],
      ["'a'\n-- b", "literal 'a'"],
      ["'open", "literal 'open"],
      ['$$open', 'literal $$open'],
      ['a /* open'],
    ].map((row) => (row.length === 1 ? [...row, 'word a'] : row)),
  )('reads %s', ([sql, ...tokens]) => {
    expect(read(sql!)).toEqual(tokens);
  });

  test('says where each begins', () => {
    expect([...tokensOf(' a\t::b')].map(({ start }) => start)).toEqual([1, 3, 5]);
  });

  test('reads what is long, and what is many', () => {
    const long = 'x'.repeat(3_000_000);

    for (const text of [`'${long}'`, `E'${long}'`, `"${long}"`, `$$${long}$$`, long]) {
      expect([...tokensOf(text)]).toHaveLength(1);
    }

    expect([...tokensOf(`${'/**/'.repeat(100_000)}${' \n'.repeat(1_000_000)}--${long}\n a`)]).toHaveLength(1);
  });
});
