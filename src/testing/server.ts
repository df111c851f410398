import { readdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A server for one test run. */
export interface RunServer {
  /** Owner's URL of a database that is always there. */
  adminUrl: string;
  stop(): Promise<void>;
}

/** Folders of embedded servers are named after their user, and the process whose test run they serve. */
const folderPrefix = `codex-database-test-${userInfo().username}-`;

/**
 * Finds the server that the run uses.
 *
 * @param url another server's; without it an embedded one is started, for this run alone and with durability off.
 */
export async function startTestServer(url: string | undefined): Promise<RunServer> {
  return url ? { adminUrl: url, stop: async () => {} } : startEmbeddedServer();
}

async function startEmbeddedServer(): Promise<RunServer> {
  // Only now: whoever has another server need not have installed the embedded one.
  const { removeLocalServer, startLocalServer } = await import('../local/server.js');
  // Those of runs that were killed go; one that a living run owns stays, and one that resists is no reason not to test.
  await Promise.allSettled((await findFolders()).map(removeLocalServer));
  const directory = join(tmpdir(), `${folderPrefix}${process.pid}`);
  const server = await startLocalServer({ directory, port: 0, durable: false });

  return {
    adminUrl: server.url('postgres'),
    stop: async () => {
      await removeLocalServer(directory);
    },
  };
}

/** The folders of all runs. */
async function findFolders(): Promise<string[]> {
  const names = await readdir(tmpdir());
  return names.filter((name) => name.startsWith(folderPrefix)).map((name) => join(tmpdir(), name));
}
