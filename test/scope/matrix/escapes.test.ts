import { expect } from 'vitest';
import { test } from '../../support/database-per-file.js';
import { escapes, faultOfEscape } from './escapes.js';
import { isSeen } from './expectation.js';
import { scopes } from './scopes.js';
import { createWorld, rows } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

test('nothing gets out of a scope', { timeout: 60_000 }, async ({ orm }) => {
  const own = rows
    .filter((row) => row.table === 'content' && !row.deleted_at && isSeen(scopes['organization a']!, row))
    .map(({ id }) => id)
    .sort();
  const faults: string[] = [];

  for (const each of escapes) {
    faults.push(...(await faultOfEscape(orm, each, own)));
  }

  expect(faults).toEqual([]);
});
