/** Rows as a JSON array, in the order of their text: never null. */
const list = (rows: string): string =>
  `(select coalesce(json_agg(item order by item::text), '[]') from (${rows}) as _ (item))`;

const isOfExtension = (catalog: string, object: string): string =>
  `exists (select from pg_depend where classid = '${catalog}'::regclass and objid = ${object} and deptype = 'e')`;

/** A partition has what its parent has. */
const inOurs = (relation: string): string =>
  `${relation}.relnamespace = any (this.schemas) and not ${relation}.relispartition
   and not ${isOfExtension('pg_class', `${relation}.oid`)}`;

const tableName = `'schema', c.relnamespace::regnamespace::name, 'table', c.relname`;

const relations = `
  select json_build_object('schema', c.relnamespace::regnamespace::name, 'name', c.relname, 'kind', c.relkind,
    'isOwn', pg_has_role(c.relowner, 'USAGE'))
  from pg_class as c where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and ${inOurs('c')}`;

const columns = `
  select json_build_object(${tableName}, 'name', a.attname, 'type', case typ.typtype
      when 'd' then format_type(typ.typbasetype, typ.typtypmod) else format_type(a.atttypid, a.atttypmod) end)
  from pg_class as c join pg_attribute as a on a.attrelid = c.oid join pg_type as typ on typ.oid = a.atttypid
  where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and ${inOurs('c')}`;

/** One column of an index, with all in which two can differ but their direction. */
const indexKey = `
  select json_build_object('column', pg_get_indexdef(i.indexrelid, k, true), 'options', i.indoption[k - 1],
    'operators', i.indclass[k - 1], 'collation', i.indcollation[k - 1])`;

const indexes = `
  select json_build_object(${tableName}, 'name', own.relname, 'method', am.amname,
    'keys', (select json_agg(key order by k) from generate_series(1, i.indnkeyatts) as k, lateral (${indexKey}) as _ (key)),
    'included', array(select pg_get_indexdef(i.indexrelid, k, true) from generate_series(i.indnkeyatts + 1, i.indnatts) as k),
    'predicate', pg_get_expr(i.indpred, i.indrelid, true), 'isUnique', i.indisunique, 'isPrimary', i.indisprimary,
    'isExclusion', i.indisexclusion, 'isImmediate', i.indimmediate, 'nullsAreEqual', i.indnullsnotdistinct,
    'isReplicaIdentity', i.indisreplident, 'isValid', i.indisvalid and i.indisready,
    'isReferenced', exists (select from pg_constraint where contype = 'f' and conindid = i.indexrelid))
  from pg_index as i join pg_class as c on c.oid = i.indrelid join pg_class as own on own.oid = i.indexrelid
    join pg_am as am on am.oid = own.relam
  where c.relkind in ('r', 'p', 'm') and ${inOurs('c')}`;

/** Names of NOT NULL constraints are PostgreSQL's own; those of triggers are listed as triggers. */
const constraints = `
  select json_build_object(${tableName}, 'name', con.conname, 'type', con.contype, 'isValid', con.convalidated,
    'isEnforced', coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true),
    'definition', pg_get_constraintdef(con.oid),
    'columns', array(select attname from unnest(con.conkey) with ordinality as _ (num, place)
      join pg_attribute on attrelid = con.conrelid and attnum = num order by place))
  from pg_constraint as con join pg_class as c on c.oid = con.conrelid where con.contype <> 't' and ${inOurs('c')}`;

const triggers = `
  select json_build_object(${tableName}, 'name', t.tgname, 'state', t.tgenabled, 'isInternal', t.tgisinternal,
    'definition', pg_get_triggerdef(t.oid), 'function', p.proname, 'source', p.prosrc)
  from pg_trigger as t join pg_class as c on c.oid = t.tgrelid join pg_proc as p on p.oid = t.tgfoid
  where ${inOurs('c')} and not ${isOfExtension('pg_trigger', 't.oid')}`;

const functions = `
  select json_build_object('schema', p.pronamespace::regnamespace::name, 'name', p.proname, 'kind', p.prokind,
    'arguments', pg_get_function_identity_arguments(p.oid))
  from pg_proc as p where p.pronamespace = any (this.schemas) and not ${isOfExtension('pg_proc', 'p.oid')}
    and not exists (select from pg_depend
      where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'i')`;

const policies = `
  select json_build_object(${tableName}, 'name', p.polname)
  from pg_policy as p join pg_class as c on c.oid = p.polrelid where ${inOurs('c')}`;

const rules = `
  select json_build_object(${tableName}, 'name', r.rulename)
  from pg_rewrite as r join pg_class as c on c.oid = r.ev_class where c.relkind in ('r', 'p') and ${inOurs('c')}`;

const types = `
  select json_build_object('schema', t.typnamespace::regnamespace::name, 'name', t.typname, 'kind', t.typtype)
  from pg_type as t where t.typtype in ('e', 'd', 'r') and t.typnamespace = any (this.schemas)
    and not ${isOfExtension('pg_type', 't.oid')}`;

/** The columns that a sequence fills: those that own it, and those whose default asks it. */
const filledColumns = `
  select tab.relname as table, a.attname as name, a.atttypid as type
  from pg_attribute as a join pg_class as tab on tab.oid = a.attrelid
  where not a.attisdropped and (exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid
      and refclassid = 'pg_class'::regclass and refobjid = a.attrelid and refobjsubid = a.attnum and deptype in ('a', 'i'))
    or exists (select from pg_attrdef as def join pg_depend on classid = 'pg_attrdef'::regclass and objid = def.oid
      where refclassid = 'pg_class'::regclass and refobjid = c.oid and adrelid = a.attrelid and adnum = a.attnum))`;

const typeLimit = `case type when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
  else 9223372036854775807 end`;

const sequences = `
  select json_build_object('schema', c.relnamespace::regnamespace::name, 'name', c.relname,
    'columns', array(select filled.table || '.' || filled.name from (${filledColumns}) as filled),
    'isOwned', exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype in ('a', 'i')),
    'isReadable', has_sequence_privilege(c.oid, 'SELECT, USAGE'),
    'usedShare', case when s.seqincrement > 0
      then pg_sequence_last_value(case when has_sequence_privilege(c.oid, 'SELECT, USAGE') then c.oid end)::numeric
        / least(nullif(s.seqmax, 0), (select min(${typeLimit}) from (${filledColumns}) as filled))
      else pg_sequence_last_value(case when has_sequence_privilege(c.oid, 'SELECT, USAGE') then c.oid end)::numeric
        / greatest(nullif(s.seqmin, 0), (select max(-${typeLimit} - 1) from (${filledColumns}) as filled)) end,
    'cycles', s.seqcycle)
  from pg_class as c join pg_sequence as s on s.seqrelid = c.oid where ${inOurs('c')}`;

/**
 * All that the checks look at, as the only column of the only row.
 *
 * The parameter is a JSON array of the schemas' names. Objects of extensions are left out.
 */
export const catalogQuery = `
  with this as materialized (select array(
    select oid from pg_namespace where nspname in (select json_array_elements_text(?::json))) as schemas)
  select json_build_object(
    'relations', ${list(relations)}, 'columns', ${list(columns)}, 'indexes', ${list(indexes)},
    'constraints', ${list(constraints)}, 'triggers', ${list(triggers)}, 'functions', ${list(functions)},
    'policies', ${list(policies)}, 'rules', ${list(rules)}, 'types', ${list(types)},
    'sequences', ${list(sequences)})::text as catalog
  from this`;
