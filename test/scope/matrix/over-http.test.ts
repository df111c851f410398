import { expect } from 'vitest';
import { test } from '../../support/database-per-file.js';
import { throughHttp } from './doors.js';
import { faultOf, readBy } from './read-cells.js';
import { scopeOfEachKind } from './scopes.js';
import { waysToReadOverHttp } from './ways-to-read/http.js';
import { dataOverHttp, rowsOverHttp } from './ways-to-write/http.js';
import { createWorld } from './world.js';
import { writeBy } from './write-cells.js';

test.beforeAll(({ orm }) => createWorld(orm));

test('every way to read over HTTP shows exactly the rows of the scope', { timeout: 300_000 }, async ({ orm, neon }) => {
  const cells = await readBy(orm, throughHttp(neon), waysToReadOverHttp, scopeOfEachKind);

  expect(cells.flatMap(faultOf)).toEqual([]);
  expect(cells.length).toBeGreaterThan(500);
});

test('every way to write over HTTP changes exactly the rows that the scope may write', {
  timeout: 300_000,
}, async ({ orm, neon }) => {
  const { faults, cells } = await writeBy(
    orm,
    throughHttp(neon),
    { rows: rowsOverHttp, data: dataOverHttp },
    scopeOfEachKind,
  );

  expect(faults.map(({ text }) => text)).toEqual([]);
  expect(cells).toBeGreaterThan(500);
});
