import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { removeLocalServer } from '../../src/local/index.js';
import { findFreePort } from '../../src/local/port.js';
import { test } from '../../src/testing/index.js';
import { inFreshProject, run } from '../support/command.js';
import { withEmptyDatabase } from '../support/empty-database.js';
import { tables } from '../support/rows.js';

const longest = 120_000;

const captions = [
  'Published by the organization "open-films", newest first',
  'Drafts of the creator "demo-mara", newest first',
  'Library of the user "demo-sam", latest first',
];

const freePort = async (): Promise<string> => String(await findFreePort(0));

/** `npm start` in a folder, with what it has printed so far. */
function start(cwd: string, CODEX_LOCAL_PORT: string): { child: ChildProcess; printed: () => string } {
  const { DB_METHOD, DATABASE_URL, DATABASE_URL_LOCAL_PROXY, NODE_ENV, ...rest } = process.env;
  const child = spawn('npm', ['start'], { cwd, env: { ...rest, CODEX_LOCAL_PORT }, detached: true });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (printed += chunk));

  return { child, printed: () => printed };
}

describe('npm start', { timeout: longest }, () => {
  test('brings everything up on a server of its own, is shared by a second start, and ends with Ctrl-C', async () => {
    await inFreshProject(async (folder) => {
      const port = await freePort();
      const { child, printed } = start(folder, port);

      try {
        await vi.waitFor(() => expect(printed()).toContain('Ready. Ctrl-C stops the server'), { timeout: 60_000 });
        expect(printed()).toContain('its server was started');
        expect(printed()).toContain('Applying 4 migrations');

        const second = await run('npm', ['start', '--', '--once'], { CODEX_LOCAL_PORT: port }, folder);
        expect(second.code, second.output).toBe(0);
        expect(second.output).toContain('already running for another process');
        expect(second.output).toContain('It has data, which are left as they are');

        process.kill(-child.pid!, 'SIGINT');
        await once(child, 'exit');
        expect(printed()).toContain('Stopping the server');

        const third = await run('npm', ['start', '--', '--once'], { CODEX_LOCAL_PORT: port }, folder);
        expect(third.code, third.output).toBe(0);
        expect(third.output).toContain('its server was started');
        expect(third.output).toContain('It has data, which are left as they are');
      } finally {
        child.exitCode ?? child.signalCode ?? process.kill(-child.pid!, 'SIGKILL');
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });

  test.for(['Ctrl-C', 'a closed terminal'])('stops its server also after %s early on', async (ending) => {
    await inFreshProject(async (folder) => {
      const port = await freePort();
      const { child, printed } = start(folder, port);

      try {
        await vi.waitFor(() => expect(printed()).toContain('its server was started'), { timeout: 30_000, interval: 5 });
        expect(printed()).not.toContain('Ready');

        if (ending === 'a closed terminal') {
          child.stdout?.destroy();
          child.stderr?.destroy();
        }

        process.kill(-child.pid!, ending === 'Ctrl-C' ? 'SIGINT' : 'SIGHUP');
        await vi.waitFor(async () => expect(await findFreePort(Number(port))).toBe(Number(port)), { timeout: 20_000 });
        expect(printed()).not.toContain('rror');
      } finally {
        child.exitCode ?? child.signalCode ?? process.kill(-child.pid!, 'SIGKILL');
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });

  test('--once shows every table, the variables to copy and the reads, and ends by itself', async () => {
    await inFreshProject(async (folder) => {
      const port = await freePort();
      const { code, output } = await run('npm', ['start', '--', '--once'], { CODEX_LOCAL_PORT: port }, folder);

      try {
        expect(code, output).toBe(0);
        for (const table of tables) {
          expect(output).toMatch(new RegExp(`^${table} +[1-9]\\d*`, 'm'));
        }
        expect(output).toContain('export DB_METHOD=LOCAL_PROXY');
        expect(output).toContain(
          `export DATABASE_URL_LOCAL_PROXY=postgresql://postgres:postgres@127.0.0.1:${port}/codex`,
        );
        for (const caption of captions) {
          expect(output).toMatch(
            new RegExp(`${caption} \\(\\d+\\.\\d ms, again \\d+\\.\\d ms\\)\\n\\n.+\\n.+\\n.*\\d{4}-`),
          );
        }
      } finally {
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });

  test('uses another server on request, and does not print its password', async () => {
    await withEmptyDatabase(async (orm, url) => {
      const { code, output } = await run('npm', ['start', '--', '--once'], { DATABASE_URL_LOCAL_PROXY: url });

      expect(code, output).toBe(0);
      expect(output).toContain('as DATABASE_URL_LOCAL_PROXY says');
      expect(output).not.toContain(url);
      expect(await orm.migrator.getPending()).toEqual([]);
    });
  });

  test('says what is wrong in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };

    await inFreshProject(async (folder) => {
      const cases: [NodeJS.ProcessEnv, RegExp][] = [
        [{ CODEX_LOCAL_PORT: String(port) }, new RegExp(`${port}.*CODEX_LOCAL_PORT`)],
        [{ CODEX_LOCAL_PORT: 'five' }, /CODEX_LOCAL_PORT must be a whole number/],
        [{ DB_METHOD: 'PRODUCTION', DATABASE_URL: 'postgresql://a:b@c/d' }, /developer's own database only/],
        [{ NODE_ENV: 'production' }, /developer's own database only/],
        [{ DATABASE_URL_LOCAL_PROXY: 'mysql://a:correct-horse@b/c' }, /DATABASE_URL_LOCAL_PROXY has the wrong scheme/],
        [{ DATABASE_URL_LOCAL_PROXY: 'postgresql://a:correct-horse@127.0.0.1:1/c' }, /nothing listens there/],
      ];

      for (const [variables, message] of cases) {
        const { code, output } = await run('npm', ['start', '--', '--once'], variables, folder);

        expect(code, output).toBe(1);
        expect(output).toMatch(message);
        expect(output).not.toMatch(/correct-horse|^ +at /m);
      }
    });

    taken.close();
  });
});

describe('npx mikro-orm without any variable', { timeout: longest }, () => {
  test('starts the local server for as long as the command takes', async () => {
    await inFreshProject(async (folder) => {
      const port = await freePort();

      try {
        for (const command of ['migration:up', 'migration:check', 'debug']) {
          const { code, output } = await run('npx', ['mikro-orm', command], { CODEX_LOCAL_PORT: port }, folder);
          expect(code, output).toBe(0);
          expect(output).toContain('Starting PostgreSQL');
        }
      } finally {
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });
});
