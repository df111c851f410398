import { checkDatabase } from '@codex/database';
import { expectNoDrift, expectReversible } from '@codex/database/testing';
import { describe, expect } from 'vitest';
import { accessPaths } from '../src/orm.js';
import { test } from './harness.js';

describe('the migrations', { timeout: 60_000 }, () => {
  test('make what the entities declare', async ({ orm }) => {
    await expectNoDrift(orm);
  });

  test('can be undone', async ({ orm }) => {
    await expectReversible(orm);
  });

  test.database('leave a database in which the doctor finds nothing', async ({ orm }) => {
    const results = await checkDatabase(orm, { accessPaths });

    expect(results.length).toBeGreaterThan(0);
    expect(results.flatMap(({ faults }) => faults ?? [])).toEqual([]);
  });
});
