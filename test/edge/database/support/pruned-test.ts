import { createEdgeDatabase, type EdgeDatabase } from '../../../../src/edge/database/index.js';
import { createHttpExecutor } from '../../../../src/edge/http-executor.js';
import type { Orm } from '../../../../src/index.js';
import { createMigratedDatabase } from '../../../support/database-per-file.js';
import { test as base } from './edge-test.js';

/** An edge database, and what is needed to look behind it. */
interface Side {
  db: EdgeDatabase;
  orm: Orm;
}

/** The tables that have deleted rows, and where their rows say which they are. */
const markers = { content: 'title', organizations: 'name', media_items: 'title' };

const softDeletable = Object.keys(markers);
const tables = ['users', ...softDeletable];
const uuid = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;

/** Without foreign keys and rules across tables, for else the rows that refer to a pruned one would change. */
const dropReferences = `drop trigger media_item_of_creator on content; drop trigger creator_of_content on media_items;
do $$ declare each record; begin
  for each in select conrelid::regclass as name, conname from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace
  loop execute format('alter table %s drop constraint %I', each.name, each.conname); end loop;
end $$;`;

/** Rows that refer to one another in every way, half of them deleted. */
const seed = `
  insert into users (id, name, email) select id, 'user ' || id, id from unnest(array['ada', 'eve']) as id;
  insert into organizations (id, name, slug, deleted_at) values
    ('${uuid(1)}', 'live organization', 'a', null), ('${uuid(2)}', 'deleted organization', 'b', now());
  insert into media_items (id, creator_id, title, media_type, r2_key, deleted_at) values
    ('${uuid(3)}', 'ada', 'live media', 'video', '', null), ('${uuid(4)}', 'ada', 'deleted media', 'video', '', now()),
    ('${uuid(5)}', 'eve', 'live media', 'video', '', null), ('${uuid(6)}', 'eve', 'deleted media', 'video', '', now());
  insert into content (id, creator_id, organization_id, media_item_id, title, slug, content_type, deleted_at)
    select md5(state || name)::uuid, creator_id, organization, media_items.id, state || ' content ' || name, name, 'video',
      case when state = 'deleted' then now() end
    from media_items, unnest(array['live', 'deleted']) as state,
      unnest(array['${uuid(1)}', '${uuid(2)}', null]::uuid[]) as organization,
      concat_ws(' ', media_items.id, organization) as name;`;

const prune = softDeletable.map((table) => `delete from ${table} where deleted_at is not null;`).join('\n');

const backUp = `create schema backup;
  ${tables.map((table) => `create table backup.${table} as table ${table};`).join('\n')}`;

/** The package's `test` with two databases of the same rows: `whole`, and `pruned` without the deleted ones. */
export const test = base
  .extend('whole', { scope: 'file' }, async ({ db, orm }): Promise<Side> => {
    await orm.em.fork().execute([dropReferences, seed, backUp].join('\n'));
    return { db, orm };
  })
  .extend('pruned', { scope: 'file' }, async ({ neon }, { onCleanup }): Promise<Side> => {
    const { url, orm, drop } = await createMigratedDatabase();
    onCleanup(drop);
    await orm.em.fork().execute([dropReferences, seed, prune, backUp].join('\n'));

    return { db: createEdgeDatabase(createHttpExecutor({ ...neon, url })).withDeleted(), orm };
  });

/** Puts all rows back as they were. */
export async function reset({ orm }: Side): Promise<void> {
  const statements = tables.map((table) => `delete from ${table}; insert into ${table} select * from backup.${table};`);
  await orm.em.fork().execute(`${statements.join('\n')} delete from verification_tokens;`);
}

/** The live rows of every table, as far as both databases have the same. */
export async function readLive({ orm }: Side): Promise<unknown[]> {
  const parts = [
    'select id, name as marker from users',
    `select '', identifier from verification_tokens`,
    ...Object.entries(markers).map(
      ([table, marker]) => `select id::text, ${marker} from ${table} where deleted_at is null`,
    ),
  ];

  return orm.em.fork().execute(`${parts.join(' union all ')} order by id, marker`);
}

/** How many deleted rows are no longer as they were. */
export async function countChangedDeleted({ orm }: Side): Promise<number> {
  const changed = softDeletable.map(
    (table) => `select from backup.${table} as old where deleted_at is not null
      and not exists (select from ${table} as new where to_jsonb(new) = to_jsonb(old))`,
  );

  return (await orm.em.fork().execute(changed.join(' union all '))).length;
}
