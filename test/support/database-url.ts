import type { Orm } from '../../src/index.js';

type Parts = Partial<Record<'database' | 'user' | 'password' | 'query', string>>;

/** The URL of an ORM's database, with some parts replaced. */
export function databaseUrl(orm: Orm, parts: Parts = {}): string {
  const { host, port, ...own } = orm.config.getAll();
  const { database = own.dbName, user = own.user, password = own.password, query = '' } = parts;

  return `postgresql://${user}:${password}@${host}:${port}/${database}?${query}`;
}
