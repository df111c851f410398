import { isUniqueViolation } from '../errors/predicates.js';
import { findPostgresError } from '../errors/sqlstate.js';
import { createOrm } from '../orm/create-orm.js';

/** The superuser's URL of a database on a server of this machine. */
export const localUrl = (port: number, database: string, password: string): string =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/**
 * Creates the database on the server unless it exists, with nothing in it, not even what was added to `template1`.
 *
 * @returns whether it was created.
 */
export async function ensureDatabase(server: { url(database: string): string }, name: string): Promise<boolean> {
  const found = await query(server.url('postgres'), 'select from pg_database where datname = ?', [name]);

  if (found.length > 0) {
    return false;
  }

  try {
    await query(server.url('postgres'), `create database "${name.replaceAll('"', '""')}" template template0`);
    return true;
  } catch (error) {
    if (isUniqueViolation(error) || findPostgresError(error)?.code === duplicateDatabase) {
      return false;
    }

    throw error;
  }
}

/** SQLSTATE: another process was faster. */
const duplicateDatabase = '42P04';

/** Runs one statement over a connection of its own. */
export async function query<Row>(url: string, sql: string, parameters: string[] = []): Promise<Row[]> {
  const orm = createOrm({ method: 'LOCAL_PROXY', url, poolSize: 1 });

  try {
    return await orm.em.fork().execute<Row[]>(sql, parameters);
  } finally {
    await orm.close();
  }
}
