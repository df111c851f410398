import { expect } from 'vitest';
import { test } from '../../support/database-per-file.js';
import { writers } from './scopes.js';
import { createWorld } from './world.js';
import { writeAll } from './write-cells.js';

test('every way to write changes exactly the rows that the scope may write', { timeout: 300_000 }, async ({ orm }) => {
  await createWorld(orm);

  const { faults, cells } = await writeAll(orm, writers);

  expect(faults.map(({ text }) => text)).toEqual([]);
  expect(cells).toBeGreaterThan(5_000);
});
