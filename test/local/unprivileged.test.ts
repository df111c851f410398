import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { removeLocalServer, startLocalServer } from '../../src/local/index.js';
import { findServerUser, isReachable, shareBinaries, sharedHome } from '../../src/local/unprivileged.js';
import { holdServer, isRoot, kill, query, startTestServer } from './support/index.js';

const nobody = 65_534;

/** A folder that everybody may enter, in one that has the given mode. */
function folderIn(mode: number): string {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'codex-user-')));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  mkdirSync(join(parent, 'folder'));
  chmodSync(join(parent, 'folder'), 0o755);
  chmodSync(parent, mode);
  return join(parent, 'folder');
}

test('a folder is reachable if everybody may enter it and all above it', () => {
  expect(isReachable(folderIn(0o711))).toBe(true);
  expect(isReachable(folderIn(0o700))).toBe(false);
  expect(isReachable(folderIn(0o750))).toBe(false);
});

describe.runIf(isRoot)('as root (skipped for other users)', () => {
  test('data are served by whom they belong to, new ones by a user without rights', () => {
    const folder = folderIn(0o755);
    expect(findServerUser(join(folder, 'missing')).uid).not.toBe(0);
    expect(findServerUser(folder).uid).not.toBe(0);

    chownSync(folder, 4711, 4712);

    expect(findServerUser(folder)).toEqual({ uid: 4711, gid: 4712 });
  });

  test('a server whose folder others cannot enter keeps its data elsewhere', async () => {
    const folder = folderIn(0o700);
    const steps: string[] = [];
    onTestFinished(async () => void (await removeLocalServer(folder)));

    const server = await startLocalServer({
      directory: folder,
      port: 0,
      durable: false,
      onProgress: (step) => steps.push(step),
    });

    const home = sharedHome(folder);
    expect(await query(server, 'show data_directory')).toEqual([{ data_directory: join(home, 'data') }]);
    expect(steps).toContainEqual(expect.stringContaining(`Keeping the data in ${home}: `));
    expect(await removeLocalServer(folder)).toBe(true);
    expect(() => statSync(home)).toThrow('ENOENT');
  });

  test('programs that others cannot run are copied once, for root alone to change', async () => {
    const folder = folderIn(0o700);
    const base = folderIn(0o755);
    mkdirSync(join(folder, 'bin'), { mode: 0o700 });
    writeFileSync(join(folder, 'bin', 'postgres'), '', { mode: 0o700 });
    const steps: string[] = [];
    const share = () => shareBinaries({ folder, version: '18' }, (step) => steps.push(step), base);

    const [copy] = await Promise.all([share(), share()]);
    await share();

    expect(copy).toBe(join(base, 'postgres-18'));
    expect(steps).toHaveLength(2);
    expect(isReachable(join(copy, 'bin', 'postgres'))).toBe(true);
    expect(statSync(copy)).toMatchObject({ uid: 0, mode: 0o40755 });
  });

  test('a copy that others could have made or changed is not run', async () => {
    const base = folderIn(0o755);
    const copy = join(base, 'postgres-18');
    mkdirSync(copy);
    const share = () => shareBinaries({ folder: base, version: '18' }, () => {}, base);

    chownSync(copy, nobody, nobody);
    await expect(share()).rejects.toThrow('must be a folder that only root can write to');

    chownSync(copy, 0, 0);
    chmodSync(copy, 0o775);
    await expect(share()).rejects.toThrow('must be a folder that only root can write to');
  });

  test('another user starts a server as itself', async ({ skip }) => {
    skip(!isReachable(import.meta.dirname), 'this folder cannot be entered by another user');
    const folder = folderIn(0o755);
    chownSync(folder, nobody, nobody);

    const { child, state, uid } = await holdServer(folder, nobody);

    expect({ state, uid }).toEqual({ state: 'started', uid: nobody });
    expect(statSync(join(folder, 'data')).uid).toBe(nobody);

    // Root then serves the same data, as their owner.
    await kill(child.pid!);
    const server = await startTestServer(folder);
    await server.stop();
    expect(server.state).toBe('recovered');
    await expect(query(server, 'select')).rejects.toThrow('ECONNREFUSED');
  });
});
