import { describe, expect, test } from 'vitest';
import { attempt } from '../../src/migrator/attempts.js';
import { passingReason } from '../../src/migrator/passing-failure.js';

const failure = (code: string): Error => Object.assign(new Error('refused'), { code });

describe('attempts', () => {
  test('are counted for each step by itself', async () => {
    const steps = ['one', 'two'];
    const lines: string[] = [];
    let runs = 0;
    const work = async () => {
      runs++;

      if (steps.length > 0) {
        throw failure('55P03');
      }
    };
    await attempt(
      2,
      work,
      () => steps.shift()!,
      (line) => lines.push(line),
    );

    expect(runs).toBe(3);
    expect(lines).toEqual([
      expect.stringMatching(/^one failed: it did not get a lock in time\. Attempt 2 of 2 in \d+ ms$/),
      expect.stringMatching(/^two failed: .* Attempt 2 of 2 /),
    ]);
  });

  test('are no more than they may be, and end with the last failure', async () => {
    const failures = [failure('55P03'), failure('57P01'), failure('55P03')];
    let runs = 0;
    const work = () => Promise.reject(failures[runs++]);
    const running = attempt(
      2,
      work,
      () => 'one',
      () => {},
    );

    await expect(running).rejects.toBe(failures[1]);
    expect(runs).toBe(2);
  });

  test.for(['40001', '40P01', '53300', '55P03', '57P01', '57P02', '57P03', '08000', '08001', '08003', '08006'])(
    'follow on SQLSTATE %s',
    (code) => {
      expect(passingReason(failure(code))).toEqual(expect.any(String));
    },
  );

  test.for(['23505', '42P01', '57014', '53100', '25006', 'XX000'])('do not follow on SQLSTATE %s', (code) => {
    expect(passingReason(failure(code))).toBeUndefined();
  });

  test.for([
    'Client has encountered a connection error and is not queryable',
    'Connection terminated unexpectedly',
    'write EPIPE',
  ])('follow on a lost connection without a code: %s', (message) => {
    expect(passingReason(new Error(message))).toEqual(expect.any(String));
  });

  test('do not follow on an error of the migration itself', () => {
    expect(passingReason(new TypeError('plans is not iterable'))).toBeUndefined();
  });
});
