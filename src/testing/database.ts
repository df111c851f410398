import { randomUUID } from 'node:crypto';
import { query } from '../local/database.js';
import { createOrm, type Orm } from '../orm/create-orm.js';

/** What a test file needs to know to get a database of its own. */
export interface TestServer {
  /** Superuser's or owner's URL of a database to connect to while another is made or dropped. */
  adminUrl: string;
  /** The migrated, empty database that each test file clones. */
  template: string;
}

/** A database that its user has to drop. */
export interface TemporaryDatabase {
  name: string;
  url: string;
  orm: Orm;
  /** Closes the ORM, cuts all other connections and drops the database. */
  drop(): Promise<void>;
}

/** Makes a database under a name of its own, as a copy of `template` where it is given, else with nothing in it. */
export async function createTemporaryDatabase(adminUrl: string, template = 'template0'): Promise<TemporaryDatabase> {
  const name = `codex_test_${randomUUID().replaceAll('-', '')}`;
  await query(adminUrl, `create database "${name}" template "${template}"`);
  const url = urlOf(adminUrl, name);
  const orm = createOrm({ method: 'LOCAL_PROXY', url, poolSize: 5 });
  orm.config.get('migrations').silent = true;

  return {
    name,
    url,
    orm,
    drop: async () => {
      await orm.close();
      await query(adminUrl, `drop database if exists "${name}" with (force)`);
    },
  };
}

/** The same server, another database. */
function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
