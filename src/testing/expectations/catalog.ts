import type { RunSql } from '../sentinels/keys.js';

const isOwn = (column: string): string =>
  `${column} in (select oid from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema')`;

/** In one order, whichever way they came about. */
const rights = (acl: string): string => `array(select one::text from unnest(${acl}) as one order by 1)`;

/** What a database is made of: one text for each object, under its kind and name. */
const objects = `
  select 'schema' as kind, nspname::text as name, nspname::text as text from pg_namespace where ${isOwn('oid')}
  union all
  select 'relation ' || relkind::text, oid::regclass::text, concat_ws(' ', relrowsecurity, relforcerowsecurity,
      ${rights(`coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))`)})
    from pg_class where ${isOwn('relnamespace')} and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'column', attrelid::regclass || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end, attidentity, attgenerated, pg_get_expr(adbin, adrelid), ${rights('attacl')})
    from pg_attribute join pg_class on pg_class.oid = attrelid
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where ${isOwn('relnamespace')} and relkind in ('r', 'p', 'v', 'm', 'f') and attnum > 0 and not attisdropped
  union all
  select 'constraint', conrelid::regclass || '.' || conname, concat_ws(' ', pg_get_constraintdef(oid), convalidated)
    from pg_constraint where ${isOwn('connamespace')} and conrelid <> 0
  union all
  select 'index', indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid)
    from pg_index join pg_class on pg_class.oid = indexrelid where ${isOwn('relnamespace')}
  union all
  select 'view', oid::regclass::text, pg_get_viewdef(oid) from pg_class where ${isOwn('relnamespace')} and relkind in ('v', 'm')
  union all
  select 'trigger', tgrelid::regclass || '.' || tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled)
    from pg_trigger join pg_class on pg_class.oid = tgrelid where ${isOwn('relnamespace')} and not tgisinternal
  union all
  select 'policy', polrelid::regclass || '.' || polname, concat_ws(' ', polcmd, polpermissive, polroles::regrole[],
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
  union all
  select 'function', oid::regprocedure::text, concat_ws(' ', case when prokind <> 'a' then pg_get_functiondef(oid) end,
      ${rights(`coalesce(proacl, acldefault('f', proowner))`)})
    from pg_proc where ${isOwn('pronamespace')}
  union all
  select 'type', pg_type.oid::regtype::text, concat_ws(' ', typtype, format_type(typbasetype, typtypmod), typdefault,
      (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = pg_type.oid))
    from pg_type where ${isOwn('typnamespace')} and typtype in ('e', 'd', 'r')`;

/** Everything that a database is made of, but for what MikroORM notes its migrations in. */
export async function readCatalog(run: RunSql): Promise<Map<string, string>> {
  const found = await run<{ kind: string; name: string; text: string }>(
    `select * from (${objects}) as objects where name not like '%mikro\\_orm\\_%' order by 1, 2`,
  );

  return new Map(found.map(({ kind, name, text }) => [`${kind} ${name}`, text]));
}

/** What differs between two catalogs, in a line each. */
export function compareCatalogs(before: Map<string, string>, after: Map<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);

  return [...names].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];

    if (was === is) {
      return [];
    }

    if (is === undefined) {
      return [`  missing: ${name}`];
    }

    return [was === undefined ? `  left over: ${name}` : `  changed: ${name}\n    was ${was}\n    is  ${is}`];
  });
}
