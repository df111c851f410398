/** Rows as a JSON array, in the order of their text: never null. */
const list = (rows: string): string =>
  `(select coalesce(json_agg(item order by item::text), '[]') from (${rows}) as _ (item))`;

/** Names of privileges, with an addition if there is more or less to it. */
const privileges = (names: string, holds: string, onSomeColumns = 'false'): string => `
  select name || case
      when ${holds.replace('name)', `name || ' WITH GRANT OPTION')`)} then ' with grant option'
      when ${holds} then ''
      else ' on some columns' end
  from unnest(array_remove(array[${names}], null)) as name where ${holds} or ${onSomeColumns}`;

const isOurs = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** Whether the subject or one of the kinds' roles does. A membership need not inherit, so each is asked. */
const anyRole = (holds: string): string => `exists (select from unnest(subject.roles) as r where ${holds})`;

const isOfExtension = (catalog: string, object: string): string =>
  `exists (select from pg_depend where classid = '${catalog}'::regclass and objid = ${object} and deptype = 'e')`;

const role = (name: string): string => `
  select json_build_object(
    'name', rolname, 'isSuperuser', rolsuper, 'bypassesRls', rolbypassrls, 'createsRoles', rolcreaterole,
    'createsDatabases', rolcreatedb, 'replicates', rolreplication, 'logsIn', rolcanlogin,
    'memberships', ${list(`
      select json_build_object('role', pg_get_userbyid(roleid), 'isAdmin', admin_option)
      from pg_auth_members where member = role.oid`)},
    'mayLoginEnter', pg_has_role(session_user, role.oid, case when this.version >= 160000 then 'SET' else 'MEMBER' end),
    'mayUse', has_schema_privilege(role.oid, 'public', 'USAGE'),
    'privileges', (select coalesce(json_object_agg(relname, array(
        select name from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as name
        where has_table_privilege(role.oid, pg_class.oid, name))), '{}')
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')),
    'owns', ${list(`
      select distinct case when dbid in (0, this.oid) then pg_describe_object(classid, objid, 0)
        else 'objects in database ' || (select datname from pg_database where oid = dbid) end
      from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = role.oid and deptype = 'o' limit 10`)})
  from pg_roles as role where rolname = ${name}`;

const relations = `
  select json_build_object(
    'schema', n.nspname, 'name', c.relname, 'kind', c.relkind, 
    'hasRules', exists (select from pg_rewrite where ev_class = c.oid),
    'isRowSecurityOn', c.relrowsecurity, 'isRowSecurityForced', c.relforcerowsecurity,
    'privileges', case when c.relkind = 'S' then ${list(
      privileges(`'SELECT', 'UPDATE', 'USAGE'`, anyRole('has_sequence_privilege(r, c.oid, name)')),
    )} else ${list(
      `${privileges(
        `'SELECT', 'INSERT', 'UPDATE', 'REFERENCES'`,
        anyRole('has_table_privilege(r, c.oid, name)'),
        anyRole('has_any_column_privilege(r, c.oid, name)'),
      )} union all ${privileges(
        `'DELETE', 'TRUNCATE', 'TRIGGER', case when this.version >= 170000 then 'MAINTAIN' end`,
        anyRole('has_table_privilege(r, c.oid, name)'),
      )}`,
    )} end)
  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${isOurs} and not ${isOfExtension('pg_class', 'c.oid')}
    and (n.nspname = 'public' or ${anyRole(`has_schema_privilege(r, n.oid, 'USAGE')`)})`;

const policies = `
  select json_build_object(
    'schema', n.nspname, 'table', c.relname, 'name', p.polname, 'command', p.polcmd, 'isPermissive', p.polpermissive,
    'roles', ${list(`select case r when 0 then 'public' else pg_get_userbyid(r) end from unnest(p.polroles) as r`)},
    'applies', exists (
      select from unnest(p.polroles) as granted
      where case granted when 0 then true else ${anyRole(`pg_has_role(r, granted, 'MEMBER')`)} end),
    'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
  from pg_policy as p join pg_class as c on c.oid = p.polrelid join pg_namespace as n on n.oid = c.relnamespace`;

const triggers = `
  select json_build_object(
    'table', c.relname, 'name', t.tgname, 'definition', pg_get_triggerdef(t.oid), 'isEnabled', t.tgenabled in ('O', 'A'),
    'function', t.tgfoid::regprocedure::text)
  from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
  where c.relnamespace = 'public'::regnamespace and not t.tgisinternal`;

const definers = `
  select json_build_object(
    'signature', f.oid::regprocedure::text, 'isCallable', is_callable, 'isTriggered', is_triggered,
    'language', (select lanname from pg_language where oid = f.prolang), 'settings', coalesce(f.proconfig, '{}'),
    'source', f.prosrc,
    'seesAll', owner.rolsuper or owner.rolbypassrls or not exists (
      select from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity
        and not pg_has_role(owner.oid, relowner, 'USAGE')))
  from pg_proc as f join pg_namespace as n on n.oid = f.pronamespace join pg_roles as owner on owner.oid = f.proowner
    cross join lateral (select
      f.prorettype <> 'event_trigger'::regtype and ${anyRole(
        `has_function_privilege(r, f.oid, 'EXECUTE') and has_schema_privilege(r, n.oid, 'USAGE')`,
      )} as is_callable,
      exists (select from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
        where t.tgfoid = f.oid and c.relnamespace = 'public'::regnamespace) as is_triggered) as use
  where f.prosecdef and (is_callable or is_triggered) and ${isOurs} and not ${isOfExtension('pg_proc', 'f.oid')}`;

const grants = `
  select distinct pg_describe_object(classid, objid, 0) from pg_shdepend
  where refclassid = 'pg_authid'::regclass and refobjid = any (subject.roles) and deptype = 'a' and dbid in (0, this.oid)
    and classid not in ('pg_class'::regclass, 'pg_namespace'::regclass, 'pg_database'::regclass, 'pg_proc'::regclass,
      'pg_type'::regclass, 'pg_default_acl'::regclass, 'pg_parameter_acl'::regclass)`;

const futureGrants = `
  select distinct privilege_type || ' on new ' || case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' else 'schemas' end
    || ' of ' || pg_get_userbyid(defaclrole)
  from pg_default_acl cross join lateral aclexplode(defaclacl) as acl
  where acl.grantee = any (subject.roles || 0::oid) and defaclobjtype in ('r', 'S', 'n')`;

const parameters = `
  select distinct parname from pg_parameter_acl cross join lateral aclexplode(paracl) as acl
  where acl.grantee = any (subject.roles || 0::oid)`;

const settingFor = `split_part(setting, '=', 1) || ' for ' || concat_ws(' in ',
    case setrole when 0 then 'everyone' else 'role ' || pg_get_userbyid(setrole) end,
    case setdatabase when 0 then null else 'database ' || this.name end)`;

const presets = `
  select ${settingFor}
  from pg_db_role_setting cross join lateral unnest(setconfig) as setting
  where setdatabase in (0, this.oid) and lower(setting) like 'codex.%'
  union all select name || ' for this session' from unnest(array['codex.creator', 'codex.org', 'codex.user']) as name
  where current_setting(name, true) <> ''`;

/** With it, triggers and foreign keys do not fire, or a backslash ends a quoted string. */
const isUnsafe = (name: string, value: string): string =>
  `case ${name} when 'session_replication_role' then lower(${value}) = 'replica'
    when 'standard_conforming_strings' then not ${value}::boolean else false end`;

const unsafeSettings = `
  select ${settingFor}
  from pg_db_role_setting cross join lateral unnest(setconfig) as setting
  where setdatabase in (0, this.oid) and (setrole = any (subject.roles || 0::oid) or pg_get_userbyid(setrole) = session_user)
    and ${isUnsafe(`split_part(setting, '=', 1)`, `split_part(setting, '=', 2)`)}
  union all select name || ' for this session'
  from unnest(array['session_replication_role', 'standard_conforming_strings']) as name
  where ${isUnsafe('name', 'current_setting(name)')}`;

/**
 * Everything that decides what a role may see, as one JSON text. Its parameters are the names of the roles that it may enter,
 * as JSON, and its own, null for the login.
 *
 * With nothing but `pg_catalog` in the search path, PostgreSQL writes every name of another schema in full, so that no
 * object passes for another one. It applies to this statement only.
 */
export const catalogQuery = `
  select case set_config('search_path', 'pg_catalog', true) when 'pg_catalog' then json_build_object(
    'login', session_user,
    'subject', (${role('subject.rolname')}),
    'kinds', ${list(`${role('any (this.kinds)')}`)},
    'database', json_build_object(
      'name', this.name,
      'mayCreate', ${anyRole(`has_database_privilege(r, this.oid, 'CREATE')`)},
      'mayCreateTemporary', ${anyRole(`has_database_privilege(r, this.oid, 'TEMPORARY')`)}),
    'creatable', ${list(`select n.nspname from pg_namespace as n where ${isOurs} and ${anyRole(`has_schema_privilege(r, n.oid, 'CREATE')`)}`)},
    'relations', ${list(relations)},
    'policies', ${list(policies)},
    'triggers', ${list(triggers)},
    'definers', ${list(definers)},
    'grants', ${list(grants)},
    'futureGrants', ${list(futureGrants)},
    'parameters', ${list(parameters)},
    'presets', ${list(presets)},
    'unsafeSettings', ${list(unsafeSettings)}
  ) end::text as catalog
  from (select oid, datname as name, current_setting('server_version_num')::int as version,
        array(select json_array_elements_text(?::json)) as kinds
      from pg_database where datname = current_database()) as this
    left join lateral (select rolname, oid,
        array(select oid from pg_roles where oid = own.oid or rolname = any (this.kinds)) as roles
      from pg_roles as own where rolname = coalesce(?::text, session_user::text)) as subject on true`;
