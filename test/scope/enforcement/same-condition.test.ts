import { describe, expect, test } from 'vitest';
import { isSameCondition } from '../../../src/scope/enforcement/same-condition.js';

const declared = `(exists (select from content as own where own.creator_id = users.id and own.organization_id = nullif(current_setting('codex.org', true), '')::uuid) or id = 'ada') and coalesce(current_setting('codex.user', true), '') = ''`;

const found = `(((EXISTS ( SELECT
   FROM public.content own
  WHERE ((own.creator_id = users.id) AND (own.organization_id = (NULLIF(current_setting('codex.org'::text, true), ''::text))::uuid)))) OR (id = 'ada'::text)) AND (COALESCE(current_setting('codex.user'::text, true), ''::text) = ''::text))`;

describe('two conditions', () => {
  test('are the same in the words of a migration and in those of PostgreSQL', () => {
    expect(isSameCondition(declared, found)).toBe(true);
  });

  test.for([
    ['a = 1 and b = 2 and c = 3', '((a = 1) AND ((b = 2) AND (c = 3)))'],
    ['a = 1 or (b = 2 or c = 3)', '((a = 1) OR (b = 2) OR (c = 3))'],
    ['"id" = \'ada\'', "(id = 'ada'::text)"],
    ['true', 'true'],
    ['f(a.b, 1)', 'F(a.b, (1))'],
  ] as const)('are the same if only parentheses, casts of texts and letters differ: %s', ([one, other]) => {
    expect(isSameCondition(one, other)).toBe(true);
  });

  test.for([
    ['what belongs together', 'a = 1 and (b = 2 or c = 3)', 'a = 1 and b = 2 or c = 3'],
    ['the operator', 'a = 1 and b = 2', 'a = 1 or b = 2'],
    ['a part', 'a = 1 and b = 2', 'a = 1'],
    ['the order', 'a = b', 'b = a'],
    ['a literal', `a = 'x'`, `a = 'y'`],
    ['a literal in capitals', `a = 'x'`, `a = 'X'`],
    ['a literal that is a column', `a = 'x'`, 'a = x'],
    ['a cast', 'a = b::uuid', 'a = b'],
    ['a cast of a literal', `a = 'x'::text`, `a = 'x'::uuid`],
    ['the table of a column', 'own.id = users.id', 'own.id = own.id'],
    ['a function', `nullif(a, '') = b`, `coalesce(a, '') = b`],
    ['the schema of a function', `nullif(a, '') = b`, `evil.nullif(a, '') = b`],
    ['an argument', `f('codex.org', true)`, `f('codex.org')`],
    [
      'the table that is searched',
      'exists (select from content where a = b)',
      'exists (select from evil.content where a = b)',
    ],
    ['its alias', 'exists (select from content where a = b)', 'exists (select from content as x where a = b)'],
    ['quotes that keep capitals', '"Id" = 1', 'id = 1'],
  ] as const)('differ by %s', ([, one, other]) => {
    expect(isSameCondition(one, other)).toBe(false);
    expect(isSameCondition(one, one)).toBe(true);
  });

  test.for(['a <> 1', 'not a', 'a = 1 b', '(a = 1', 'a in (1)', 'a OPERATOR(public.=) 1', 'a = 1)', 'a = and', ''])(
    'differ from themselves if they are not understood: %s',
    (condition) => {
      expect(isSameCondition(condition, condition)).toBe(false);
    },
  );

  test('differ if one is missing, and are the same if both are', () => {
    expect(isSameCondition('true', undefined)).toBe(false);
    expect(isSameCondition(undefined, 'true')).toBe(false);
    expect(isSameCondition(undefined, undefined)).toBe(true);
  });
});
