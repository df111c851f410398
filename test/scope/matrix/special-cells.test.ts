import { expect } from 'vitest';
import { test } from '../../support/database-per-file.js';
import { faultOfCell, specialCells } from './special-cells.js';
import { createWorld } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

test.for(specialCells)('$name', async (cell, { orm }) => {
  expect(await faultOfCell(orm, cell)).toEqual([]);
});
