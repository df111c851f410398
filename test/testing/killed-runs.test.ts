import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOrm, User } from '../../src/index.js';
import { createClone } from '../../src/testing/databases/clones.js';
import { TestWorker } from '../../src/testing/worker.js';

/** Rows that no other test's template has, so that it is made here. */
const newSentinels = (): string =>
  `insert into users (id, name, email) values ('killed', 'Killed', '${randomUUID()}@example.org')`;

const open = async (sentinels: string): Promise<TestWorker> => {
  const worker = await TestWorker.open({ createOrm: (settings) => createOrm(settings), sentinels });
  onTestFinished(() => worker.close());
  return worker;
};

/** Starts a run that is killed, and returns the name of its own database if it came to make one. */
async function runAndDie(point: string, sentinels: string): Promise<string | undefined> {
  const child = fork(new URL('support/seed-and-die.ts', import.meta.url), [point, sentinels], {
    execArgv: ['--import', '@oxc-node/core/register'],
    silent: true,
  });
  let name: string | undefined;
  child.on('message', (message) => {
    name = String(message);
  });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');

  return name;
}

/** What the tests of a run see. */
async function readUsers(worker: TestWorker): Promise<string[]> {
  const slot = await worker.takeSlot();
  await slot.beginTest();
  const users = await slot.orm.em.fork().find(User, {}, { orderBy: { id: 'asc' } });
  await slot.endTest(async () => {});
  await worker.giveSlot(slot);
  return users.map(({ id }) => id);
}

describe('a run that is killed', { timeout: 120_000 }, () => {
  test.for([
    'before the migrations',
    'after the migrations',
    'with a slot',
    'with something committed',
    'with a database of its own',
  ])('%s does not disturb the next one', async (point) => {
    const sentinels = newSentinels();
    await runAndDie(point, sentinels);

    const worker = await open(sentinels);
    expect(await readUsers(worker)).toEqual(['killed', 'sentinel-creator', 'sentinel-member']);
    expect(worker.template.sentinels.map(({ table }) => table)).toContain('public.purchases');
  });

  test('with something committed does not disturb the next one, though its database was a clean one', async () => {
    const sentinels = newSentinels();
    const first = await TestWorker.open({ createOrm: (settings) => createOrm(settings), sentinels });
    await readUsers(first);
    await first.close();
    await runAndDie('with something committed', sentinels);

    const worker = await open(sentinels);
    const slot = await worker.takeSlot();
    await slot.beginTest();
    const [found] = await slot.orm.em.fork().execute('select count(*)::int from purchases');
    await slot.endTest(async () => {});
    await worker.giveSlot(slot);
    expect(found).toEqual({ count: 1 });
  });

  test('leaves databases that the next one sweeps, and those of living ones stay', async () => {
    const sentinels = newSentinels();
    const living = await open(sentinels);
    const { name } = await living.clone();
    const dead = await runAndDie('with a database of its own', sentinels);
    expect(dead).toMatch(/^codex_test_/);

    await open(sentinels);
    const found = await living.admin.query<{ name: string }>(
      'select datname as name from pg_database where datname in ($1, $2)',
      [name, dead],
    );
    expect(found).toEqual([{ name }]);
  });
});

describe('several workers at once', { timeout: 120_000 }, () => {
  test('make one template, and take a slot each', async () => {
    const sentinels = newSentinels();
    const workers = await Promise.all([1, 2, 3].map(() => open(sentinels)));
    const slots = await Promise.all(workers.map((worker) => worker.takeSlot()));
    const names = slots.map(({ orm }) => orm.config.get('dbName'));

    expect(new Set(workers.map(({ template }) => template.name)).size).toBe(1);
    expect(new Set(names).size).toBe(3);
    await Promise.all(workers.map((worker, index) => worker.giveSlot(slots[index]!)));
  });

  test('give their slots to those who come later', async () => {
    const sentinels = newSentinels();
    const first = await TestWorker.open({ createOrm: (settings) => createOrm(settings), sentinels });
    const slot = await first.takeSlot();
    const created = () =>
      second.admin.query<{ oid: string }>('select oid::text from pg_database where datname = $1', [
        slot.orm.config.get('dbName'),
      ]);
    const second = await open(sentinels);
    const before = await created();
    await first.giveSlot(slot);
    await first.close();
    const next = await second.takeSlot();

    expect(next.orm.config.get('dbName')).toBe(slot.orm.config.get('dbName'));
    expect(await created()).toEqual(before);
    await second.giveSlot(next);
  });
});

describe('databases of failed tests', () => {
  test('are kept up to ten, the latest ones', { timeout: 120_000 }, async () => {
    const worker = await open(newSentinels());
    const lines: string[] = [];

    for (let count = 0; count < 11; count++) {
      lines.push(await (await createClone(worker.admin, worker.names)).keep());
    }

    const kept = await worker.admin.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [`${worker.names.prefix}kept_`],
    );
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept.map(({ name }) => name)).toContain(lines.at(-1)!.split(' -d ')[1]);
    expect(lines[0]).toMatch(/^(PGPASSFILE='\S+' )?psql -h \S+ -p \d+ -U \S+ -d codex_test_\w+$/);
    expect(lines.join()).not.toContain('postgres:');
  });
});
