import { afterEach, expect, vi } from 'vitest';
import { EntityManager, ScopedEntityManager } from '../../../src/index.js';
import { test } from '../../support/database-per-file.js';
import { faultOf, readAll } from './read-cells.js';
import { scopeOfEachKind, writersOfEachTable } from './scopes.js';
import { createWorld } from './world.js';
import { writeAll } from './write-cells.js';

/** The scope's conditions are left out of every query. Its owners stay in new rows: without them there would be nothing to refuse. */
function switchFiltersOff() {
  vi.spyOn(ScopedEntityManager.prototype, 'applyFilters').mockImplementation(function (this: EntityManager, ...args) {
    return EntityManager.prototype.applyFilters.apply(this, args) as never;
  });
}

test.beforeAll(({ orm }) => createWorld(orm));

afterEach(() => {
  vi.restoreAllMocks();
});

test('the database alone shows exactly the rows of the scope', { timeout: 300_000 }, async ({ orm }) => {
  switchFiltersOff();

  const cells = await readAll(orm, scopeOfEachKind);

  expect(cells.flatMap(faultOf)).toEqual([]);
});

test('the database alone lets exactly the rows be written that the scope may write', {
  timeout: 300_000,
}, async ({ orm }) => {
  switchFiltersOff();

  const { faults } = await writeAll(orm, writersOfEachTable);

  expect(faults.map(({ text }) => text)).toEqual([]);
});
