import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { InvalidArgumentError, type Scope, ScopeRefusedError } from '../../src/index.js';
import { narrowScope, readScope, settingsOf } from '../../src/scope/scope.js';

const org = '0e8f1c52-6c1f-4f0a-9d0e-2f6d5a1c7b3e';
const otherOrg = '1e8f1c52-6c1f-4f0a-9d0e-2f6d5a1c7b3e';

describe('readScope', () => {
  test.for<Scope>([{ creator: 'ada' }, { org }, { creator: 'ada', org }, { user: 'ada' }])('takes %o', (scope) => {
    expect(readScope(scope)).toEqual(scope);
    expect(Object.isFrozen(readScope(scope))).toBe(true);
  });

  test('writes a UUID as PostgreSQL does', () => {
    expect(readScope({ org: org.toUpperCase() })).toEqual({ org });
  });

  test.for<unknown>([
    null,
    undefined,
    '',
    'ada',
    1,
    [],
    [org],
    {},
    new Map([['user', 'ada']]),
    { user: 'ada', creator: 'ada' },
    { user: 'ada', org },
    { user: 'ada', creator: 'ada', org },
    { orgId: org },
    { org, extra: 1 },
    { org, creator: undefined },
    { creator: 'ada', user: undefined },
    Object.assign(['ada'], { user: 'ada' }),
  ])('refuses %o', (scope) => {
    expect(() => readScope(scope)).toThrow(InvalidArgumentError);
  });

  test('refuses for each part whatever is no key', () => {
    const noKey = fc.oneof(
      fc.constantFrom(null, undefined, '', [], {}, true, 0, 1n, Symbol('ada'), () => 'ada', new String('ada')),
      fc.array(fc.string()),
      fc.object(),
      fc.integer(),
      fc.string().map((text) => `${text}\0`),
    );

    fc.assert(
      fc.property(fc.constantFrom('creator', 'org', 'user'), noKey, (part, value) => {
        expect(() => readScope({ [part]: value })).toThrow(InvalidArgumentError);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readScope({ org: text })).toThrow(InvalidArgumentError);
      }),
    );
  });

  test('does not quote what it refuses', () => {
    expect(() => readScope({ org: 'MARKER' })).toThrow(/^(?!.*MARKER)/);
  });

  test('has a type that takes no other combination', () => {
    expectTypeOf<{ user: string; org: string }>().not.toExtend<Scope>();
    expectTypeOf<{ creator: null }>().not.toExtend<Scope>();
    expectTypeOf<object>().not.toExtend<Scope>();
    expectTypeOf<{ creator: string; org: string }>().toExtend<Scope>();
  });
});

describe('narrowScope', () => {
  test.for<[Scope, Scope]>([
    [{ org }, { org }],
    [{ org }, { creator: 'ada', org }],
    [{ creator: 'ada' }, { creator: 'ada', org }],
    [{ user: 'ada' }, { user: 'ada' }],
  ])('from %o to %o', ([outer, inner]) => {
    expect(narrowScope(outer, inner)).toBe(inner);
  });

  test.for<[Scope, Scope]>([
    [{ org }, { org: otherOrg }],
    [{ org }, { creator: 'ada' }],
    [{ org }, { user: 'ada' }],
    [{ creator: 'ada' }, { user: 'ada' }],
    [{ creator: 'ada' }, { creator: 'eve' }],
    [{ creator: 'ada' }, { creator: 'eve', org }],
    [{ creator: 'ada', org }, { org }],
    [{ creator: 'ada', org }, { creator: 'ada' }],
    [{ user: 'ada' }, { creator: 'ada' }],
    [{ user: 'ada' }, { user: 'eve' }],
  ])('is refused from %o to %o', ([outer, inner]) => {
    expect(() => narrowScope(outer, inner)).toThrow(ScopeRefusedError);
  });
});

test('a scope sets every setting, so that none is left from before', () => {
  expect(settingsOf({ org })).toEqual([
    ['role', 'codex_scoped_org'],
    ['codex.creator', ''],
    ['codex.org', org],
    ['codex.user', ''],
  ]);
});
