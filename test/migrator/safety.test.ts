import { expect, test } from 'vitest';
import { limitsOf } from '../../src/migrator/safety.js';

test.for([
  ['the defaults', {}, {}, { lockTimeoutMs: 5_000, statementTimeoutMs: 60_000 }],
  ['settings', {}, { lockTimeoutMs: 1, statementTimeoutMs: 2 }, { lockTimeoutMs: 1, statementTimeoutMs: 2 }],
  [
    'the migration before settings',
    { lockTimeoutMs: 0, statementTimeoutMs: 0 },
    { lockTimeoutMs: 1, statementTimeoutMs: 2 },
    { lockTimeoutMs: 0, statementTimeoutMs: 0 },
  ],
  ['each by itself', { lockTimeoutMs: 3 }, { statementTimeoutMs: 2 }, { lockTimeoutMs: 3, statementTimeoutMs: 2 }],
] as const)('limits of time come from %s', ([, safety, settings, limits]) => {
  expect(limitsOf(safety, settings)).toEqual(limits);
});
