import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect } from 'vitest';
import { Content } from '../../src/index.js';
import { DatabaseSeeder } from '../../src/local/index.js';
import { demo } from '../../src/seeders/demo.js';
import { root, run } from '../support/command.js';
import { test } from '../support/database-per-file.js';
import { databaseUrl } from '../support/database-url.js';
import { withRole } from '../support/temporary-role.js';
import { readExamples } from './examples.js';
import type { Given } from './given.js';

const folder = join(import.meta.dirname, '.generated');
const documents = ['README.md', 'docs/from-drizzle.md', 'docs/migrations.md', 'docs/scopes.md', 'docs/transports.md'];
const examples = (await Promise.all(documents.map(readExamples))).flat();

const tsconfig = {
  extends: '../../../tsconfig.json',
  compilerOptions: {
    noEmit: true,
    paths: {
      '@codex/database': ['../../../src/index.ts'],
      '@codex/database/edge': ['../../../src/edge/index.ts'],
      '@codex/database/local': ['../../../src/local/index.ts'],
      '@codex/database/worker': ['../../../src/worker/index.ts'],
    },
  },
  include: ['*.ts'],
};

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  await Promise.all(examples.map(({ module }, index) => writeFile(join(folder, `example-${index}.ts`), module)));

  return () => rm(folder, { recursive: true });
});

describe('the examples of the documentation', () => {
  test('compile', { timeout: 60_000 }, async () => {
    const { code, output } = await run(join(root, 'node_modules/.bin/tsc'), ['--project', folder]);

    expect(code, output).toBe(0);
  });

  test.for(examples.map(({ title }, index) => ({ title, index })))('run: $title', async ({ index }, { orm, neon }) => {
    const environment = { ...process.env };
    process.env.DB_METHOD = 'LOCAL_PROXY';
    process.env.DATABASE_URL_LOCAL_PROXY = neon.url;
    process.env.CODEX_PROXY_PORT = String(neon.proxyPort);

    try {
      await orm.seeder.seed(DatabaseSeeder);
      const em = orm.em.fork();
      const { organizationId, creatorId, userId } = demo;
      const content = await em.findOneOrFail(Content, { organization: organizationId, slug: 'big-buck-bunny' });
      const given: Given = {
        orm,
        em: em.fork(),
        organizationId,
        creatorId,
        userId,
        contentId: content.id,
        sessionToken: 'local-demo-session-token-sam-television',
      };
      const example = await import(/* @vite-ignore */ join(folder, `example-${index}.ts`));
      await withRole(`login password 'scoped' in role codex_scoped`, async (user) => {
        process.env.DATABASE_URL_SCOPED = databaseUrl(orm, { user, password: 'scoped' });
        await example.default(given);
      });
    } finally {
      process.env = environment;
    }
  });
});
