import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/command.js';

const read = async (name: string) => JSON.parse(await readFile(join(root, name), 'utf8'));

describe('package.json', () => {
  test('pins every version exactly', async () => {
    const { dependencies, devDependencies, peerDependencies } = await read('package.json');

    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...peerDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  test('takes one and the same version of MikroORM everywhere', async () => {
    const { packages } = await read('package-lock.json');
    const versions = Object.entries<{ version: string }>(packages)
      .filter(([path]) => /node_modules\/(@mikro-orm\/|mikro-orm$)/.test(path))
      .map(([, { version }]) => version);

    expect(versions.length).toBeGreaterThan(6);
    expect(new Set(versions)).toEqual(new Set(['7.2.1']));
  });

  test('allows the install scripts that are needed, and no package has others', async () => {
    const { allowScripts } = await read('package.json');
    const { packages } = await read('package-lock.json');
    const withScripts = Object.entries<{ hasInstallScript?: boolean; dev?: boolean }>(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));

    expect(withScripts.filter((name) => !(name in allowScripts) && name !== 'fsevents')).toEqual([]);
  });
});

describe('package-lock.json', () => {
  test('knows the packages of every platform, also where npm left out those that its registry lacks', async () => {
    const { packages } = await read('package-lock.json');
    const optional = Object.values<{ optionalDependencies?: object }>(packages).flatMap(
      ({ optionalDependencies = {} }) => Object.keys(optionalDependencies),
    );
    const missing = optional.filter((name) => !(`node_modules/${name}` in packages));

    expect(optional.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  test('names no registry', async () => {
    expect(await readFile(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:\/\/registry/);
  });
});
