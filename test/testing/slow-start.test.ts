import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createTest } from '../../src/testing/index.js';
import { createShelfOrm, Shelf } from './support/shelf.js';

const test = createTest({
  createOrm: createShelfOrm(),
  // A template that nobody has made yet.
  sentinels: `select pg_sleep(6), '${randomUUID()}'`,
});

test('the time that server and template take is not the first test’s', { timeout: 5_000 }, async ({ em }) => {
  expect(await em.count(Shelf)).toBe(0);
});
