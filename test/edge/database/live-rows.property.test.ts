import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { countChangedDeleted, readLive, reset, test } from './support/pruned-test.js';
import { buildQuery, randomQuery } from './support/random-queries.js';
import { buildWrite, randomWrite } from './support/random-writes.js';

const sorted = (rows: unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

describe('any query through the edge database', { timeout: 120_000 }, () => {
  test('finds what it would find if the deleted rows did not exist', async ({ whole, pruned }) => {
    let found = 0;

    await fc.assert(
      fc.asyncProperty(randomQuery, async (shape) => {
        const expected = sorted(await buildQuery(pruned.db, shape).execute());
        const actual = sorted(await buildQuery(whole.db, shape).execute());

        expect(actual).toEqual(expected);
        expect(actual.join()).not.toContain('deleted');
        found += actual.length > 0 ? 1 : 0;
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(50);
  });

  test('writes what it would write if the deleted rows did not exist', async ({ whole, pruned }) => {
    let written = 0;

    await fc.assert(
      fc
        .asyncProperty(randomWrite, async (write) => {
          const expected = sorted(await buildWrite(pruned.db, write).execute());
          const actual = sorted(await buildWrite(whole.db, write).execute());

          expect(actual).toEqual(expected);
          expect(await readLive(whole)).toEqual(await readLive(pruned));
          expect(await countChangedDeleted(whole)).toBe(0);
          written += actual.length > 0 ? 1 : 0;
        })
        .beforeEach(async () => {
          await Promise.all([whole, pruned].map(reset));
        }),
      { numRuns: 100 },
    );
    expect(written).toBeGreaterThan(30);
  });
});
