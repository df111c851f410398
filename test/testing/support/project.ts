import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, root, run } from '../../support/command.js';

const config = `
  export default {
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    resolve: { alias: {
      '@codex/database/testing': '${join(root, 'src/testing/index.ts')}',
      '@codex/database': '${join(root, 'src/index.ts')}',
    } },
    test: { include: ['*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
  };`;

const tsconfig = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: {
      '@codex/database': [join(root, 'src/index.ts')],
      '@codex/database/testing': [join(root, 'src/testing/index.ts')],
    },
  },
  include: ['*.ts'],
};

const standardImports = `
  import { expect } from 'vitest';
  import { Content, User } from '@codex/database';
  import { test } from '@codex/database/testing';`;

/** Somebody's project with tests of their own. */
export interface Project {
  /** Runs its tests as `npx vitest run` does. */
  run(variables?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** What the compiler has to say. */
  compile(): Promise<string>;
}

/** Runs `work` on a project that has these test files, by name, each after the imports. */
export async function inProject<Result>(
  files: Record<string, string>,
  work: (project: Project) => Promise<Result>,
  imports = standardImports,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-harness-'));

  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'vitest.config.ts'), config);

    for (const [name, body] of Object.entries(files)) {
      await writeFile(join(folder, `${name}.test.ts`), `${imports}\n${body}`);
    }

    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const { VITEST_POOL_ID, VITEST_WORKER_ID, VITEST_MODE, TEST, DEV, PROD, ...clean } = process.env;
    void [VITEST_POOL_ID, VITEST_WORKER_ID, VITEST_MODE, TEST, DEV, PROD];

    return await work({
      compile: async () =>
        (await run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], {}, folder)).output.trim(),
      run: (variables) => run(process.execPath, [vitest, 'run'], { ...pick(clean), ...variables }, folder),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const pick = ({ TEST_DATABASE_URL: url }: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  url ? { TEST_DATABASE_URL: url } : {};
