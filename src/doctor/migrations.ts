import type { Orm } from '../orm/create-orm.js';
import type { EntityManager } from '../orm/entity-manager.js';

/** The migrations that there are, and those that the database has been through. */
export interface Migrations {
  /** Where the database keeps them. */
  schema: string;
  table: string;
  files: string[];
  /** In the order of their names; `undefined` if the login must not read them. */
  applied: string[] | undefined;
}

export async function readMigrations(em: EntityManager, orm: Orm, files: string[]): Promise<Migrations> {
  const { schema: ownSchema, tableName = 'mikro_orm_migrations' } = orm.config.get('migrations');
  const [table, prefix] = tableName.split('.').reverse() as [string, string?];
  const schema = ownSchema ?? prefix ?? orm.config.get('schema') ?? 'public';
  const [state] = await em.execute<{ exists: boolean; isReadable: boolean }[]>(
    `select count(*) > 0 as "exists", coalesce(bool_and(has_table_privilege(pg_class.oid, 'SELECT')
         and has_schema_privilege(relnamespace, 'USAGE')), false) as "isReadable"
     from pg_class where relname = ? and relnamespace = (select oid from pg_namespace where nspname = ?)`,
    [table, schema],
  );

  if (!state?.exists || !state.isReadable) {
    return { schema, table, files, applied: state?.exists ? undefined : [] };
  }

  const rows = await em.execute<{ name: string }[]>('select name from ??.?? order by name', [schema, table]);
  return { schema, table, files, applied: rows.map(({ name }) => name.replace(/\.[jt]s$/, '')) };
}
