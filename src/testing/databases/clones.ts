import type { AdminSession } from '../server/admin-session.js';
import type { Names } from './names.js';

/** A database of one's own, as it comes from the template. */
export interface Clone {
  name: string;
  url: string;
  drop(): Promise<void>;
  /** Leaves the database for somebody to look at, under a name that says so, and returns how to. */
  keep(): Promise<string>;
}

/** How many databases of failed tests stay. */
const keptCount = 10;

/** Makes a database as a copy of the template; without one, with nothing in it. It goes if this process is killed. */
export async function createClone(admin: AdminSession, names: Names, template = 'template0'): Promise<Clone> {
  // Before the database is there: without this lock it counts as a dead process's.
  await admin.lock(names.ownerLock(), 'shared');
  const name = names.own();
  await admin.query(`create database "${name}" template "${template}"`);

  return {
    name,
    url: admin.urlOf(name),
    drop: () => dropDatabase(admin, name),
    keep: async () => {
      const kept = names.kept();
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await admin.query(`alter database "${name}" rename to "${kept}"`);
      await dropOldest(admin, names);
      return psqlLine(admin, kept);
    },
  };
}

export async function dropDatabase(admin: AdminSession, name: string): Promise<void> {
  await admin.query(`drop database if exists "${name}" with (force)`);
}

/** Keeps the number of databases that are there to be looked at within its limit. */
async function dropOldest(admin: AdminSession, names: Names): Promise<void> {
  const kept = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1) order by datname desc offset $2',
    [`${names.prefix}kept_`, keptCount],
  );

  for (const { name } of kept) {
    await dropDatabase(admin, name);
  }
}

/** How to look at a database, without the password. */
function psqlLine(admin: AdminSession, name: string): string {
  const { hostname, port, username } = new URL(admin.url);
  const file = admin.passwordFile?.replaceAll("'", `'\\''`);
  const password = file === undefined ? '' : `PGPASSFILE='${file}' `;
  return `${password}psql -h ${hostname} -p ${port || 5432} -U ${decodeURIComponent(username)} -d ${name}`;
}
