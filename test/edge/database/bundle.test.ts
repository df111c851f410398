import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { root } from '../../support/command.js';

/** Minified and gzipped, in bytes: driver, executor, Kysely and all. */
const budget = 82_000;

/** What a Worker that uses the edge database would ship. */
async function bundle() {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: `
        export { createEdgeDatabase } from './src/edge/database/index.js';
        export { createHttpExecutor } from './src/edge/http-executor.js';
      `,
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd'],
    metafile: true,
    write: false,
  });

  return { inputs: Object.keys(metafile.inputs), code: outputFiles[0]!.contents };
}

describe('the bundle of the edge database', () => {
  test('has no MikroORM and no code of entities', async () => {
    const { inputs } = await bundle();

    expect(inputs.some((path) => path.includes('node_modules/kysely/'))).toBe(true);
    expect(inputs.filter((path) => path.includes('mikro-orm'))).toEqual([]);
    expect(inputs.filter((path) => /^src\/(?!edge|errors|config|scope|sql)/.test(path))).toEqual([]);
  });

  test('stays within its budget', async () => {
    const { code } = await bundle();

    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(budget);
  });
});
