import { setTimeout as sleep } from 'node:timers/promises';
import { removeLocalServer } from '../../local/server.js';
import { connectToRunning, keeperLock, portIn, useLock } from './shared-server.js';

// A process beside the shared server: it ends the server, and removes its data, when nobody has used it for some time.
const [directory = '', home = '', idle = ''] = process.argv.slice(2);
const idleMs = Number(idle);
const session = (await connectToRunning(home)) ?? process.exit();
let isEnding = false;
session.onLost(() => isEnding || process.exit());

if (await session.tryLock(keeperLock)) {
  await waitUntilIdle();
  isEnding = true;

  // Somebody may have deleted the folder under this server, and another one may run there by now.
  if (portIn(home) === new URL(session.url).port) {
    await removeLocalServer(directory);
  }
}

process.exit();

/** Resolves when the server was not used for the time given, and nobody can begin to. */
async function waitUntilIdle(): Promise<void> {
  let usedAt = Date.now();
  let known = '';

  while (Date.now() - usedAt < idleMs || !(await session.tryLock(useLock))) {
    await sleep(Math.min(idleMs / 4, 10_000));
    const activity = await readActivity();

    if (activity !== known) {
      known = activity;
      usedAt = Date.now();
    }
  }
}

/** How many sessions there have ever been; or what no other answer equals, while there is one. */
async function readActivity(): Promise<string> {
  const [row] = await session.query<{ others: string; sessions: string }>(
    `select (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as others,
       (select sum(sessions) from pg_stat_database) as sessions`,
  );

  return row?.others === '0' ? row.sessions : `${Date.now()}`;
}
