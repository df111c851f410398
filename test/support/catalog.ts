import type { Orm } from '../../src/index.js';

const queries = {
  tables: `select relname, relkind, relrowsecurity, relforcerowsecurity from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')`,
  columns: `select attrelid::regclass::text as table, attnum, attname, format_type(atttypid, atttypmod) as type,
      attnotnull, attidentity, attgenerated, collname, pg_get_expr(adbin, adrelid) as default
    from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
      left join pg_collation on pg_collation.oid = attcollation
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped`,
  constraints: `select conrelid::regclass::text as table, conname, contype, convalidated, pg_get_constraintdef(oid) as definition
    from pg_constraint where connamespace = 'public'::regnamespace`,
  indexes: `select indrelid::regclass::text as table, pg_get_indexdef(indexrelid) as definition, indisvalid
    from pg_index join pg_class on pg_class.oid = indrelid where relnamespace = 'public'::regnamespace`,
  triggers: `select tgrelid::regclass::text as table, tgenabled, pg_get_triggerdef(pg_trigger.oid) as definition
    from pg_trigger join pg_class on pg_class.oid = tgrelid where relnamespace = 'public'::regnamespace and not tgisinternal`,
  functions: `select proname, pg_get_functiondef(oid) as definition from pg_proc where pronamespace = 'public'::regnamespace`,
  policies: `select polrelid::regclass::text as table, polname, pg_get_expr(polqual, polrelid) as using from pg_policy`,
  sequences: `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'`,
  types: `select typname, typtype from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd', 'r')`,
};

type Catalog = Record<keyof typeof queries, string[]>;

/** Everything that PostgreSQL knows of the schema `public`, but for the migrations' own table. */
export async function readCatalog(orm: Orm): Promise<Catalog> {
  const em = orm.em.fork();
  const catalog: Partial<Catalog> = {};

  for (const [kind, query] of Object.entries(queries)) {
    const rows = (await em.execute(query)).map((row) => JSON.stringify(row));
    catalog[kind as keyof Catalog] = rows.filter((row) => !row.includes('mikro_orm_migrations')).sort();
  }

  return catalog as Catalog;
}
