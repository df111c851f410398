import { expect } from 'vitest';
import { test } from '../../support/database-per-file.js';
import { throughOrm } from './doors.js';
import { faultOf, readBy } from './read-cells.js';
import { scopes, writers } from './scopes.js';
import { waysToRead } from './ways-to-read/index.js';
import { createWorld } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

test('every way to read many rows shows exactly those of the scope', { timeout: 300_000 }, async ({ orm }) => {
  const cells = await readBy(
    orm,
    throughOrm(orm),
    waysToRead.filter((way) => 'list' in way),
    scopes,
  );

  expect(cells.flatMap(faultOf)).toEqual([]);
  expect(cells.length).toBeGreaterThan(8_000);
});

test('every way to ask for one row knows exactly those of the scope', { timeout: 300_000 }, async ({ orm }) => {
  const cells = await readBy(
    orm,
    throughOrm(orm),
    waysToRead.filter((way) => 'ask' in way),
    writers,
  );

  expect(cells.flatMap(faultOf)).toEqual([]);
  expect(cells.length).toBeGreaterThan(2_000);
});
