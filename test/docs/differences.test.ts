import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differences } from '../parity/differences.js';
import { root } from '../support/command.js';

test('the guide to the transports names every difference between them', async () => {
  const guide = (await readFile(join(root, 'docs/transports.md'), 'utf8')).replaceAll('`', '');
  const missing = differences.map(({ what }) =>
    what.replace(/^an unprepared statement.*/, 'a placeholder without a value'),
  );

  expect(missing.filter((what) => !guide.includes(what))).toEqual([]);
});
