import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createOrm } from '../src/index.js';
import { removeLocalServer } from '../src/local/index.js';
import { textTable } from '../src/local/text-table.js';
import { createEmptyDatabase } from '../src/testing/databases/clone-database.js';
import { TestWorker } from '../src/testing/worker.js';

// `npm run bench:harness`: what a database for a test costs, next to what users do today; and whole runs of vitest. On the
// embedded server of the tests, or on that of `TEST_DATABASE_URL`.
const root = join(import.meta.dirname, '..');
const rounds = 40;

/** Milliseconds of each turn. */
type Times = number[];

const worker = await TestWorker.open({ createOrm });
const shared = await createEmptyDatabase();
await shared.orm.schema.create();
const schema = await shared.orm.schema.getCreateSchemaSQL({ wrap: false });

try {
  const turns = await measureTurns();
  const runs = await measureRuns();
  console.log(
    `${textTable(['one database for a test', 'median', 'middle half', 'to a rolled back test', 'target'], turns)}\n\n` +
      textTable(['a run of vitest', 'median', 'all', 'target'], runs),
  );
} finally {
  await shared.drop();
  await worker.close();
}

/** All ways take turns, so that whatever else the machine does slows them all. */
async function measureTurns(): Promise<string[][]> {
  const slot = await worker.takeSlot();
  const variants: Record<string, { work: () => Promise<unknown>; every: number; target?: number }> = {
    'rolled back test': {
      every: 1,
      target: 2,
      work: async () => {
        await slot.beginTest();
        slot.orm.em.fork();
        await slot.endTest(async () => {});
      },
    },
    'clone (test.database)': {
      every: 1,
      target: 60,
      work: async () => {
        const clone = await worker.clone();
        clones.push(clone.drop);
      },
    },
    'schema.clear per test': { every: 1, work: () => shared.orm.schema.clear() },
    'schema.refresh per test': { every: 4, work: () => shared.orm.schema.refresh() },
    'PGlite per file': {
      every: 8,
      work: async () => {
        const lite = await PGlite.create();
        await lite.exec(`create role codex_scoped; create role codex_scoped_creator; create role codex_scoped_org;
          create role codex_scoped_creator_org; create role codex_scoped_user; ${schema}`);
        await lite.query('select count(*) from users');
        await lite.close();
      },
    },
  };
  const clones: (() => Promise<void>)[] = [];
  const times: Record<string, Times> = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));

  for (let round = 0; round <= rounds; round++) {
    for (const [name, { work, every }] of Object.entries(variants)) {
      if (round % every === 0) {
        const took = await timed(work);
        // The first turn pays for what is done once.
        round > 0 && times[name]!.push(took);
      }
    }

    await clones.pop()?.();
  }

  await worker.giveSlot(slot);
  const base = median(times['rolled back test']!);

  return Object.entries(times).map(([name, taken]) => [
    name,
    ms(median(taken)),
    `${ms(quantile(taken, 0.25))} – ${ms(quantile(taken, 0.75))}`,
    `× ${(median(taken) / base).toFixed(1)}`,
    variants[name]!.target ? `${variants[name]!.target} ms` : '',
  ]);
}

async function measureRuns(): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-bench-'));

  try {
    await writeProject(folder);
    const bare = await runs(folder, 'bare', 5);
    const warm = await runs(folder, 'one', 5);
    const cold = [];

    for (let round = 0; round < 3; round++) {
      const directory = await mkdtemp(join(tmpdir(), 'codex-cold-'));
      cold.push(await runVitest(folder, 'one', { CODEX_TEST_SERVER_DIRECTORY: directory, TEST_DATABASE_URL: '' }));
      await removeLocalServer(directory);
    }

    const thousand = await runs(folder, 'many', 3);
    const over = (times: Times) => times.map((time) => Math.max(0, time - median(bare)));

    return [
      ['warm start, over a test without a database', over(warm), '1 s'],
      ['cold start, over a test without a database', over(cold), '6 s'],
      ['1,000 tests in 8 files, 4 workers', thousand, '15 s'],
      ['a test without a database, for comparison', bare, ''],
    ].map(([name, times, target]) => [
      name as string,
      seconds(median(times as Times)),
      (times as Times).map(seconds).join(', '),
      target as string,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeProject(folder: string): Promise<void> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(folder, 'vitest.config.ts'),
    `export default {
      oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
      resolve: { alias: {
        '@codex/database/testing': '${join(root, 'src/testing/index.ts')}',
        '@codex/database': '${join(root, 'src/index.ts')}',
      } },
      test: { include: ['*.test.ts'], maxWorkers: 4 },
    };`,
  );
  const imports = `import { expect } from 'vitest';
    import { User } from '@codex/database';
    import { test } from '@codex/database/testing';`;
  const body = (count: number) => `${imports}
    for (let round = 0; round < ${count}; round++) {
      test('sees its own row ' + round, async ({ em }) => {
        em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
        await em.flush();
        expect(await em.fork().count(User)).toBe(3);
      });
    }`;
  await writeFile(
    join(folder, 'bare.test.ts'),
    `import { expect, test } from 'vitest';
    import { User } from '@codex/database';
    test('needs no database', () => { expect(User.name).toBe('User'); });`,
  );
  await writeFile(join(folder, 'one.test.ts'), body(1));

  for (let file = 0; file < 8; file++) {
    await writeFile(join(folder, `many-${file}.test.ts`), body(125));
  }
}

async function runs(folder: string, filter: string, count: number): Promise<Times> {
  const times: Times = [];
  await runVitest(folder, filter);

  for (let round = 0; round < count; round++) {
    times.push(await runVitest(folder, filter));
  }

  return times;
}

/** @throws {Error} if a test fails, as it does when it sees another one's row. */
async function runVitest(folder: string, filter: string, variables: NodeJS.ProcessEnv = {}): Promise<number> {
  return timed(async () => {
    const vitest = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', filter], {
      cwd: folder,
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(vitest, 'exit');

    if (code !== 0) {
      throw new Error(`A run of ${filter} has failed.`);
    }
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function quantile(values: Times, share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)]!;
}

function median(values: Times): number {
  return quantile(values, 0.5);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(2)} s`;
}
