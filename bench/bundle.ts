import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The package as it is published, compiled aside so that a bundler sees what its users' bundlers see. */
export interface CompiledPackage {
  /** Bundles a module of the repository's root, which imports from `./src/…`, as Wrangler does for a Worker. */
  bundle(source: string): Promise<Bundle>;
  remove(): void;
}

interface Bundle {
  code: string;
  /** Bytes, minified and gzipped. */
  gzipped: number;
  /** The files that it was made of, relative to the repository. */
  inputs: string[];
}

/** Compiles the package into a folder of its own. Whether its types are right is not asked here. */
export function compilePackage(): CompiledPackage {
  // Inside the repository, because the compiled files look for their dependencies from where they are.
  const folder = mkdtempSync(join(root, 'node_modules', '.codex-'));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  execFileSync(process.execPath, [
    tsc,
    '--project',
    join(root, 'tsconfig.build.json'),
    '--noCheck',
    '--outDir',
    folder,
  ]);

  return {
    bundle: (source) => bundle(folder, source),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function bundle(folder: string, source: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    plugins: [useCompiled(folder)],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = outputFiles;

  return {
    code: output!.text,
    gzipped: gzipSync(output!.contents, { level: 9 }).length,
    inputs: Object.keys(metafile.inputs),
  };
}

/** Takes the package's own sources as they were compiled, decorator metadata included, which a bundler cannot make. */
const useCompiled = (folder: string): Plugin => ({
  name: 'use-compiled',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/src\/.+\.js$/ }, ({ path, resolveDir }) => {
      const inSources = relative(join(root, 'src'), resolve(resolveDir, path));
      return inSources.startsWith('..') ? undefined : { path: join(folder, inSources) };
    });
  },
});
