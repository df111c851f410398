import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ConfigurationError } from '../../src/index.js';
import { locateCluster } from '../../src/local/cluster.js';
import { removeLocalServer } from '../../src/local/index.js';
import type { AdminSession } from '../../src/testing/server/admin-session.js';
import { connectToTestServer } from '../../src/testing/server/connect.js';
import { connectToSharedServer, portIn, sharedServerOptions } from '../../src/testing/server/shared-server.js';

const hourMs = 3_600_000;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-shared-'));
  onTestFinished(async () => {
    await removeLocalServer(folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

async function connect(directory: string, idleMs = hourMs): Promise<AdminSession> {
  const session = await connectToSharedServer({ directory, idleMs });
  onTestFinished(() => session.end().catch(() => {}));
  return session;
}

async function login(settings: ClientConfig): Promise<string> {
  const client = new Client(settings);
  client.on('error', () => {});

  try {
    await client.connect();
    return (await client.query('select session_user as name')).rows[0].name;
  } finally {
    await client.end().catch(() => {});
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const eventually = (isSo: () => boolean): Promise<unknown> => vi.waitUntil(isSo, { timeout: 60_000, interval: 50 });

describe('the shared server', { timeout: 180_000 }, () => {
  test('is started once, whoever comes first, and stays', async () => {
    const directory = await newFolder();
    const [one, ...others] = await Promise.all([connect(directory), connect(directory), connect(directory)]);
    await one.end();
    const [settings] = await others[0]!.query<{ fsync: string }>(`select current_setting('fsync') as fsync`);

    expect(new Set(others.map(({ url }) => url))).toEqual(new Set([one.url]));
    expect(settings).toEqual({ fsync: 'off' });
    expect((await connect(directory)).url).toBe(one.url);
  });

  test('is made anew if its folder was deleted under it', async () => {
    const directory = await newFolder();
    const first = await connect(directory);
    await rm(directory, { recursive: true });

    const second = await connect(directory);
    expect(second.url).not.toBe(first.url);
    expect(await second.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is made anew if its data are half there', async () => {
    const directory = await newFolder();
    await mkdir(join(directory, 'data', 'base'), { recursive: true });
    expect(await (await connect(directory)).query('select 1 as one')).toEqual([{ one: 1 }]);

    const other = await newFolder();
    await mkdir(join(other, 'data'), { recursive: true });
    await writeFile(join(other, 'data', 'PG_VERSION'), '18\n');
    expect(await (await connect(other)).query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is made anew if nobody knows its password any more', async () => {
    const directory = await newFolder();
    const first = await connect(directory);
    await rm(join(directory, 'pgpass'));

    const second = await connect(directory);
    expect(second.url).not.toBe(first.url);
    expect(await second.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('leaves what else is in its folder where it is', async () => {
    const directory = await newFolder();
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await mkdir(join(directory, 'data', 'base'), { recursive: true });
    await connect(directory);

    expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('does not take a folder from anybody else', async () => {
    const directory = await newFolder();
    const thesis = join(directory, 'data', 'thesis.txt');
    await mkdir(join(directory, 'data'));
    await writeFile(thesis, 'mine');

    await expect(connect(directory)).rejects.toThrow(/has something else.*CODEX_TEST_SERVER_DIRECTORY/);
    expect(await readFile(thesis, 'utf8')).toBe('mine');
  });

  test('lets in whoever may read its password file, and nobody else', async () => {
    const directory = await newFolder();
    const { url, passwordFile } = await connect(directory);
    const { port, password } = new URL(url);
    const settings = { host: '127.0.0.1', port: Number(port), user: 'postgres', database: 'postgres' };

    for (const guess of ['postgres', '']) {
      await expect(login({ ...settings, password: guess })).rejects.toThrow(/password/);
    }

    // As `psql` reads it.
    const fields = (await readFile(passwordFile!, 'utf8')).trim().split(':');
    expect(fields.slice(0, 4)).toEqual(['127.0.0.1', '*', '*', 'postgres']);
    expect(await login({ ...settings, password: fields[4] })).toBe('postgres');
    expect(password.length).toBeGreaterThanOrEqual(32);
    expect(statSync(passwordFile!).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o066).toBe(0);
  });

  test('shows its password to nobody who lists the processes', async ({ skip }) => {
    skip(process.platform !== 'linux', 'Elsewhere processes are not listed as files.');
    const directory = await newFolder();
    const { url } = await connect(directory);
    const commands = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => commandOf(pid));

    expect(commands.filter((command) => command.includes(directory)).length).toBeGreaterThan(1);
    expect(commands.join()).not.toContain(new URL(url).password);
  });

  test('is not kept where others can write', async () => {
    const directory = await newFolder();
    chmodSync(directory, 0o777);

    await expect(connect(directory)).rejects.toThrow(/Other users can write to .*CODEX_TEST_SERVER_DIRECTORY/);
  });

  // Run by root, the server of the second folder has its data elsewhere: its user cannot enter what is around it.
  test.for(['', 'inner'])('ends, and removes its data, when nobody has used it for some time (%s)', async (inner) => {
    const directory = join(await newFolder(), inner);
    onTestFinished(async () => void (await removeLocalServer(directory)));
    const session = await connectToSharedServer({ directory, idleMs: 500 });
    const { home, data } = await locateCluster(directory);
    expect(portIn(home)).toBeDefined();
    await session.end();

    await eventually(() => portIn(home) === undefined && !existsSync(data));
    expect(await (await connect(directory)).query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('does not end while somebody uses it', async () => {
    const directory = await newFolder();
    const session = await connectToSharedServer({ directory, idleMs: 200 });
    const [before] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    // The keeper looks many times meanwhile.
    await vi.waitUntil(() => session.query('select pg_sleep(0.2)').then(() => true), { timeout: 60_000 });

    for (let round = 0; round < 15; round++) {
      await session.query('select pg_sleep(0.1)');
    }

    expect(await session.query('select pg_backend_pid() as pid')).toEqual([before]);
    await session.end();
  });
});

describe('the variables', () => {
  test('choose folder and time', () => {
    expect(sharedServerOptions({ CODEX_TEST_SERVER_DIRECTORY: '/x', CODEX_TEST_SERVER_IDLE_MINUTES: '0.5' })).toEqual({
      directory: '/x',
      idleMs: 30_000,
    });
    expect(sharedServerOptions({}).idleMs).toBe(30 * 60_000);
    expect(sharedServerOptions({}).directory).toContain(`codex-test-${process.getuid?.() ?? userInfo().username}-`);
    expect(() => sharedServerOptions({ CODEX_TEST_SERVER_IDLE_MINUTES: 'soon' })).toThrow(ConfigurationError);
  });

  test('must not name a pooler', async () => {
    const url = 'postgresql://ada:secret@ep-x-pooler.eu-central-1.aws.neon.tech/codex';
    const refused = connectToTestServer({ TEST_DATABASE_URL: url });

    await expect(refused).rejects.toThrow(/Remove -pooler/);
    await expect(refused).rejects.not.toThrow(/secret/);
  });
});
