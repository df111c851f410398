import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { root, run } from './command.js';

/** A project that depends on the packed package as it would be published. */
export interface Consumer {
  /** The folder of the project: nothing in it but `node_modules`. */
  folder: string;
  /** The files of the packed package. */
  packed: string[];
}

/** What a package is packed from, and how. */
const sources = ['src', 'docs', 'package.json', 'tsconfig.json', 'tsconfig.build.json', '.npmrc', '.gitignore'];
const texts = ['README.md', 'LICENSE', 'CHANGELOG.md'];

/**
 * Packs the package and installs it into a new folder, without a network: what it depends on, and the tools that the
 * project installs beside it, are those of this repository.
 */
export async function inConsumer<Result>(
  tools: string[],
  work: (consumer: Consumer) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-consumer-'));
  const modules = join(folder, 'node_modules');
  const own = join(modules, '@codex/database');

  try {
    await mkdir(own, { recursive: true });
    const packed = await packInto(own);
    const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    // A scope of packages is linked as a whole.
    const names = [...Object.keys(dependencies), ...tools].map((name) => name.split('/')[0]!);

    for (const name of new Set(names)) {
      await symlink(join(root, 'node_modules', name), join(modules, name));
    }

    return await work({ folder, packed });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packs a copy, since the build empties `dist` first, which other tests may be about to pack. */
async function packInto(target: string): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), 'codex-pack-'));

  try {
    for (const name of [...sources, ...texts]) {
      await cp(join(root, name), join(copy, name), { recursive: true });
    }

    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    const pack = await run('npm', ['pack', '--silent', '--json'], {}, copy);
    expect(pack.code, pack.output).toBe(0);
    const [{ filename, files }] = JSON.parse(pack.output.slice(pack.output.indexOf('[\n')));
    const unpacked = await run('tar', ['-xzf', filename, '--strip-components=1', '-C', target], {}, copy);
    expect(unpacked.code, unpacked.output).toBe(0);

    return files.map(({ path }: { path: string }) => path);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
