import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { removeLocalServer } from '../../src/local/index.js';
import { findFreePort } from '../../src/local/port.js';
import { inFreshProject, run } from '../support/command.js';
import { test } from '../support/database-per-file.js';
import { withEmptyDatabase } from '../support/empty-database.js';
import { tables } from '../support/rows.js';

const longest = 120_000;

const captions = [
  'Published by the organization "open-films", newest first',
  'Drafts of the creator "demo-mara", newest first',
  'Library of the user "demo-sam", latest first',
];

/** Ports for the server and the proxy, at which nothing listens. */
async function freePorts(): Promise<{ CODEX_LOCAL_PORT: string; CODEX_PROXY_PORT: string }> {
  return { CODEX_LOCAL_PORT: String(await findFreePort(0)), CODEX_PROXY_PORT: String(await findFreePort(0)) };
}

/** `npm start` in a folder, with what it has printed so far. */
function start(cwd: string, ports: NodeJS.ProcessEnv): { child: ChildProcess; printed: () => string } {
  const { DB_METHOD, DATABASE_URL, DATABASE_URL_LOCAL_PROXY, NODE_ENV, ...rest } = process.env;
  const child = spawn('npm', ['start'], { cwd, env: { ...rest, ...ports }, detached: true });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (printed += chunk));

  return { child, printed: () => printed };
}

describe('npm start', { timeout: longest }, () => {
  test('brings everything up on a server of its own, is shared by a second start, and ends with Ctrl-C', async () => {
    await inFreshProject(async (folder) => {
      const ports = await freePorts();
      const { child, printed } = start(folder, ports);

      try {
        await vi.waitFor(() => expect(printed()).toContain('Ready. Ctrl-C stops the server'), { timeout: 60_000 });
        expect(printed()).toContain('its server was started');
        expect(printed()).toContain('Applying 8 migrations');

        const second = await run('npm', ['start', '--', '--once'], ports, folder);
        expect(second.code, second.output).toBe(0);
        expect(second.output).toContain('its server is already running for another process');
        expect(second.output).toMatch(/^Local Neon proxy at .*, which is already running for another process$/m);
        expect(second.output).toContain('It has data, which are left as they are');

        process.kill(-child.pid!, 'SIGINT');
        await once(child, 'exit');
        expect(printed()).toContain('Stopping the server');

        const third = await run('npm', ['start', '--', '--once'], ports, folder);
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
      const ports = await freePorts();
      const { child, printed } = start(folder, ports);

      try {
        await vi.waitFor(() => expect(printed()).toContain('its server was started'), { timeout: 30_000, interval: 5 });
        expect(printed()).not.toContain('Ready');

        if (ending === 'a closed terminal') {
          child.stdout?.destroy();
          child.stderr?.destroy();
        }

        process.kill(-child.pid!, ending === 'Ctrl-C' ? 'SIGINT' : 'SIGHUP');
        const port = Number(ports.CODEX_LOCAL_PORT);
        await vi.waitFor(async () => expect(await findFreePort(port)).toBe(port), { timeout: 20_000 });
        expect(printed()).not.toContain('rror');
      } finally {
        child.exitCode ?? child.signalCode ?? process.kill(-child.pid!, 'SIGKILL');
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });

  test('--once shows every table, the variables to copy and the reads, and ends by itself', async () => {
    await inFreshProject(async (folder) => {
      const ports = await freePorts();
      const { code, output } = await run('npm', ['start', '--', '--once'], ports, folder);

      try {
        expect(code, output).toBe(0);
        for (const table of tables) {
          expect(output).toMatch(new RegExp(`^${table} +[1-9]\\d*`, 'm'));
        }
        expect(output).toContain('export DB_METHOD=LOCAL_PROXY');
        expect(output).toContain(
          `export DATABASE_URL_LOCAL_PROXY=postgresql://postgres:postgres@127.0.0.1:${ports.CODEX_LOCAL_PORT}/codex`,
        );
        for (const caption of captions) {
          expect(output).toMatch(
            new RegExp(`${caption} \\(\\d+\\.\\d ms, again \\d+\\.\\d ms\\)\\n\\n.+\\n.+\\n.*\\d{4}-`),
          );
        }
        const { CODEX_PROXY_PORT: proxyPort } = ports;
        expect(output).toContain(`export CODEX_PROXY_PORT=${proxyPort}`);
        expect(output).toContain(`http://127.0.0.1:${proxyPort}/sql and ws://127.0.0.1:${proxyPort}/v1`);
        for (const transport of ['tcp', 'websocket', 'http']) {
          expect(output).toMatch(new RegExp(`^${transport} +15 +\\d+\\.\\d ms +\\d+\\.\\d ms +× \\d`, 'm'));
        }
      } finally {
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });

  test('uses another server on request, and does not print its password', async () => {
    await withEmptyDatabase(async (orm, url) => {
      const named = Object.assign(new URL(url), { hostname: 'db.localtest.me' }).href;
      const variables = { ...(await freePorts()), DATABASE_URL_LOCAL_PROXY: named };
      const { code, output } = await run('npm', ['start', '--', '--once'], variables);

      expect(code, output).toBe(0);
      expect(output).toContain('as DATABASE_URL_LOCAL_PROXY says');
      expect(output).not.toContain(url);
      expect(await orm.migrator.getPending()).toEqual([]);
    });
  });

  test('says that the port of the proxy is taken', async () => {
    const taken = createServer((socket) => socket.end('no proxy')).listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };

    await withEmptyDatabase(async (_, url) => {
      const variables = { CODEX_PROXY_PORT: String(port), DATABASE_URL_LOCAL_PROXY: url };
      const { code, output } = await run('npm', ['start', '--', '--once'], variables);

      expect(code, output).toBe(1);
      expect(output).toContain(`Port ${port} on 127.0.0.1, where the local Neon proxy should listen, is taken.`);
    });
    taken.close();
  });

  test('says what is wrong in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };

    await inFreshProject(async (folder) => {
      const cases: [NodeJS.ProcessEnv, RegExp][] = [
        [{ CODEX_LOCAL_PORT: String(port) }, new RegExp(`${port}.*CODEX_LOCAL_PORT`)],
        [{ CODEX_LOCAL_PORT: 'five' }, /CODEX_LOCAL_PORT must be a whole number/],
        [{ CODEX_PROXY_PORT: 'five' }, /CODEX_PROXY_PORT must be a whole number/],
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
      const ports = await freePorts();

      try {
        for (const command of ['migration:up', 'migration:check', 'debug']) {
          const { code, output } = await run('npx', ['mikro-orm', command], ports, folder);
          expect(code, output).toBe(0);
          expect(output).toContain('Starting PostgreSQL');
        }
      } finally {
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });
});
