import { describe, expect, test } from 'vitest';
import { inProject } from './support/project.js';

const isolated = `
  for (let round = 0; round < 20; round++) {
    test('writes ' + round, async ({ em }) => {
      expect(await em.fork().count(User, { id: 'ada' })).toBe(0);
      em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
      await em.flush();
      expect(await em.fork().count(User, { id: 'ada' })).toBe(1);
    });
  }
  test.database('writes for good', async ({ em }) => {
    em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await em.flush();
    expect(await em.fork().count(User)).toBe(3);
  });
  for (let round = 0; round < 4; round++) {
    test.concurrent('writes at the same time ' + round, async ({ em }) => {
      await em.insert(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
      expect(await em.fork().count(User)).toBe(3);
    });
  }`;

const failing = `
  test.database('goes wrong', async ({ em }) => {
    em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await em.flush();
    expect(1).toBe(2);
  });
  test.database('goes wrong as expected', { fails: true }, async ({ em }) => {
    expect(await em.count(User)).toBe(0);
  });`;

describe('a run of vitest', { timeout: 300_000 }, () => {
  test('needs no setup, and two at once do not disturb each other', async () => {
    await inProject({ one: isolated, two: isolated, three: isolated }, async (project) => {
      for (const { code, output } of await Promise.all([project.run(), project.run()])) {
        expect(code, output).toBe(0);
        expect(output).toContain('75 passed');
      }
    });
  });

  test('says what a test did wrong', async () => {
    const wrong = `
      test('forgets the organization', async ({ em }) => { await em.nativeUpdate(Content, {}, { title: 'Mine' }); });
      test('commits', async ({ em }) => { await em.execute('commit').catch(() => {}); });
      test('asks for http', async ({ http }) => { expect(http).toBeDefined(); });
      test('asks too much', async ({ em, queries }) => {
        await em.count(User);
        await em.execute("select 'x'");
        expect(queries).toBeAtMost(1);
      });
      test('sets the clock', ({ clock }) => { clock.set('2001-01-01T00:00:00Z'); });
      test('sees the right time', () => { expect(new Date().getFullYear()).toBeGreaterThan(2020); });
      test('is not disturbed', async ({ em }) => { expect(await em.count(User)).toBe(2); });`;

    await inProject({ wrong }, async (project) => {
      const { code, output } = await project.run();

      expect(code).toBe(1);
      expect(output).toContain('4 failed | 3 passed');
      expect(output).toMatch(/public\.content \{\S+}: title was "Sentinel film", is "Mine"/);
      expect(output).toMatch(/COMMIT without a transaction would end, .* Use test\.database/);
      expect(output).toMatch(/The fixture "http" reaches the database over another connection.* Use test\.database/);
      expect(output).toMatch(
        /Expected at most 1 statements, and 2 were sent:\s+1\. select count\([\s\S]*2\. select 'x'/,
      );
    });
  });

  test('has tests that run out of time, or fail in a hook, and do not disturb those that follow', async () => {
    const late = `
      import { setTimeout } from 'node:timers/promises';
      import { afterEach, describe } from 'vitest';
      const ada = { id: 'ada', name: 'Ada', email: 'ada@example.org' };
      let slot = '';
      test('runs out of time', async ({ em }) => {
        await setTimeout(400);
        await em.insert(User, ada);
      }, 100);
      test('runs while it goes on', async ({ em }) => {
        await setTimeout(800);
        expect(await em.count(User)).toBe(2);
      });
      describe('with a hook', () => {
        afterEach(() => { throw new Error('the hook fails'); });
        test('has one', async ({ em }) => { await em.insert(User, ada); });
      });
      test('follows the hook', async ({ em }) => {
        expect(await em.count(User)).toBe(2);
        [{ slot }] = await em.execute('select current_database() as slot');
      });
      test.database('cuts the connection', async ({ em }) => {
        await em.execute('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [slot]);
      });
      test('begins on it', async ({ em }) => { await em.count(User); });
      test('follows', async ({ em }) => {
        expect(await em.count(User)).toBe(2);
        expect(await em.execute('select current_database() as slot')).toEqual([{ slot }]);
      });`;

    await inProject({ late }, async (project) => {
      const { output } = await project.run();

      expect(output).toContain('3 failed | 4 passed');
      expect(output).toMatch(/Test timed out in 100ms/);
      expect(output).toContain('the hook fails');
      expect(output).not.toContain('Unhandled');
    });
  });

  test('keeps the database of a failed test, and says how to look at it', async () => {
    await inProject({ failing }, async (project) => {
      const { output } = await project.run();

      expect(output).toMatch(
        /The database of the failed test "goes wrong" is kept\. To look at it:\s+(PGPASSFILE='\S+\/pgpass' )?psql -h \S+ -p \d+ -U \w+ -d codex_test_\w+_kept_\w+/,
      );
      expect(output).not.toContain('goes wrong as expected" is kept');
    });
  });

  test('keeps none with CODEX_KEEP_TEST_DB=0', async () => {
    await inProject({ failing }, async (project) => {
      const { code, output } = await project.run({ CODEX_KEEP_TEST_DB: '0' });

      expect(code).toBe(1);
      expect(output).not.toContain('is kept');
    });
  });
});
