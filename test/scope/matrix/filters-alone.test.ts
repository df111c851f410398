import { expect } from 'vitest';
import type { Orm } from '../../../src/index.js';
import { test } from '../../support/database-per-file.js';
import { gapsInReads, gapsInWrites, heldReads, heldWrites, readOnlyGaps } from './gaps.js';
import { leakingWays, readAll } from './read-cells.js';
import { scopeOfEachKind, writersOfEachTable } from './scopes.js';
import { waysToRead } from './ways-to-read/index.js';
import { waysToWriteData, waysToWriteRows } from './ways-to-write/index.js';
import { createWorld, tables } from './world.js';
import { writeAll } from './write-cells.js';

async function switchPoliciesOff(orm: Orm): Promise<void> {
  for (const table of tables) {
    await orm.em.fork().execute(`alter table "${table}" disable row level security`);
  }
}

test.beforeAll(async ({ orm }) => {
  await createWorld(orm);
  await switchPoliciesOff(orm);
});

test('without the policies, exactly the known ways to read leak', { timeout: 300_000 }, async ({ orm }) => {
  const cells = await readAll(orm, scopeOfEachKind);
  const leaking = new Set(leakingWays(cells));

  expect([...leaking].sort()).toEqual([...gapsInReads].sort());
  expect(waysToRead.map(({ name }) => name).filter((name) => !leaking.has(name))).toEqual(heldReads);
});

test('without the policies, exactly the known ways to write leak', { timeout: 300_000 }, async ({ orm }) => {
  const { faults } = await writeAll(orm, writersOfEachTable);
  const worst = (name: string) => {
    const leaks = faults.filter(({ way }) => way === name).map(({ leak }) => leak);
    return leaks.includes('unseen') ? 'unseen' : leaks.find(Boolean);
  };
  const names = [...waysToWriteRows, ...waysToWriteData].map(({ name }) => name);

  expect(names.filter((name) => worst(name) === 'read-only')).toEqual(readOnlyGaps);
  expect(names.filter((name) => worst(name) === 'unseen').sort()).toEqual([...gapsInWrites].sort());
  expect(names.filter((name) => !worst(name))).toEqual(heldWrites);
});
