import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { MigrationLockedError } from '../errors/database-error.js';

/** Says what a run does. */
export type Say = (line: string) => void;

/** The advisory lock of migrations: the same for all databases, since each has advisory locks of its own. */
const classId = 0x0c0de;
const objectId = 0x0db;

const pollMs = 250;

interface Holder {
  pid: number;
  application: string | null;
}

/**
 * Takes the lock that lets one run at a time through, for the session of this connection.
 *
 * It is polled: a statement that waits inside of the server holds a snapshot, and `create index concurrently` of the run
 * that has the lock waits for all snapshots.
 *
 * @throws {MigrationLockedError} if another run holds it for longer than `timeoutMs`.
 */
export async function takeRunLock(connection: Kysely<any>, timeoutMs: number, say: Say): Promise<void> {
  const end = performance.now() + timeoutMs;
  let known: number | undefined;

  while (!(await tryLock(connection))) {
    const holder = await findHolder(connection);

    if (performance.now() >= end) {
      throw new MigrationLockedError(holder && describe(holder), holder?.pid);
    }

    if (holder && holder.pid !== known) {
      known = holder.pid;
      say(`Waiting for another migration run: ${describe(holder)}`);
    }

    await sleep(Math.min(pollMs, Math.max(0, end - performance.now())));
  }
}

/** Lets the next run through. On a connection that is lost, the server has done so already. */
export async function releaseRunLock(connection: Kysely<any>): Promise<void> {
  await sql`select pg_advisory_unlock(${classId}::int, ${objectId}::int)`.execute(connection).catch(() => {});
}

/** Whether this session still holds the lock: a pooler that is not known by its name would have changed the session. */
export async function holdsRunLock(connection: Kysely<any>): Promise<boolean> {
  const { rows } = await sql`select from ${locks} and pid = pg_backend_pid()`.execute(connection);
  return rows.length > 0;
}

async function tryLock(connection: Kysely<any>): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_lock(${classId}::int, ${objectId}::int) as taken`.execute(connection);
  return rows[0]?.taken === true;
}

async function findHolder(connection: Kysely<any>): Promise<Holder | undefined> {
  const { rows } = await sql<Holder>`
    select pid, application_name as application from ${locks} and activity.pid is not null`.execute(connection);
  return rows[0];
}

const locks = sql`pg_locks left join pg_stat_activity as activity using (pid) where locktype = 'advisory' and granted
  and classid = ${sql.lit(classId)} and objid = ${sql.lit(objectId)} and objsubid = 2
  and database = (select oid from pg_database where datname = current_database())`;

const describe = ({ pid, application }: Holder): string =>
  `process ${pid} of the server${application ? `, application "${application}"` : ''}`;
