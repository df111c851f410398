import type { Orm } from '../../src/index.js';

/** How many rows there are. `contents` is a multiple of fifty times `organizations`. */
export interface CrowdSize {
  organizations: number;
  contents: number;
}

const uuid = (number: string): string => `('00000000-0000-4000-8000-' || lpad((${number})::text, 12, '0'))::uuid`;

/** The key of an organization, a content or a media item of the crowd, by its number from 0 on. */
export const crowdUuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The key of a user of the crowd. Those with even numbers, up to ten for each organization, have made the content. */
export const crowdUser = (number: number): string => `user-${number}`;

/**
 * Fills an empty database with many small organizations, whose rows lie far apart, as if written in turns.
 *
 * Each creator works for two organizations. What checks and triggers would say is skipped, because the rows are known to
 * be right; indexes are made at the end, all at once.
 */
export async function createCrowd(orm: Orm, { organizations, contents }: CrowdSize): Promise<void> {
  const creators = organizations * 10;
  const mediaItems = contents / 10;
  const sales = contents / 20;
  // The neighbours of two organizations are by the same creator, and so are their media items.
  const even = '(n + n % 2)';
  const instant = `timestamptz '2026-01-01' + n * 7919::bigint % 1000000 * interval '1 second'`;

  await orm.em.fork().execute(`
    begin;
    set local session_replication_role = replica;
    set local synchronous_commit = off;
    set local maintenance_work_mem = '256MB';
    ${setIndexesAside}

    insert into organizations (id, name, slug)
      select ${uuid('n')}, 'Studio', 'studio-' || n from generate_series(0, ${organizations - 1}) as n;
    insert into users (id, name, email)
      select 'user-' || n, 'Ada', 'ada-' || n from generate_series(0, ${organizations * 50 - 1}) as n;
    insert into organization_memberships (organization_id, user_id)
      select ${uuid(`n % ${organizations}`)}, 'user-' || n from generate_series(0, ${organizations * 50 - 1}) as n;
    insert into media_items (id, creator_id, title, media_type, r2_key)
      select ${uuid('n')}, 'user-' || n * 2 % ${creators}, 'Original', 'video', 'key'
      from generate_series(0, ${mediaItems - 1}) as n;
    insert into content (id, creator_id, organization_id, media_item_id, title, slug, content_type, status,
        published_at, created_at)
      select ${uuid('n')}, 'user-' || ${even} % ${creators}, ${uuid(`n % ${organizations}`)},
        ${uuid(`${even} / 2 % ${mediaItems}`)}, 'Spring', 'spring-' || n, 'video',
        case when n / ${organizations} % 10 < 7 then 'published' else 'draft' end, ${instant}, ${instant}
      from generate_series(0, ${contents - 1}) as n;
    insert into purchases (customer_id, content_id, organization_id, amount_paid_cents, stripe_payment_intent_id, status)
      select 'user-' || n % ${organizations * 50}, ${uuid('n')}, ${uuid(`n % ${organizations}`)}, 500, 'pi-' || n, 'completed'
      from generate_series(0, ${sales - 1}) as n;
    insert into content_access (user_id, content_id, organization_id, access_type)
      select 'user-' || n % ${organizations * 50}, ${uuid('n')}, ${uuid(`n % ${organizations}`)}, 'purchased'
      from generate_series(0, ${sales - 1}) as n;
    insert into video_playback (user_id, content_id, duration_seconds)
      select 'user-' || n % ${organizations * 50}, ${uuid('n')}, 600 from generate_series(0, ${sales - 1}) as n;

    ${putIndexesBack}
    commit;`);
  // Not in a transaction; it also lets index-only scans trust their index.
  await orm.em.fork().execute('vacuum analyze');
}

/** What slows down each row: the indexes of the largest table, and the check of a column that has its default here. */
const setIndexesAside = `
    create temporary table aside on commit drop as
      select 'index' as kind, indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
        where indrelid = 'content'::regclass and not indisprimary
      union all select 'check', conname, pg_get_constraintdef(oid) from pg_constraint
        where conrelid = 'content'::regclass and contype = 'c';
    do $$ declare each record; begin for each in select * from aside loop
      execute case each.kind when 'index' then format('drop index %I', each.name)
        else format('alter table content drop constraint %I', each.name) end;
    end loop; end $$;`;

const putIndexesBack = `
    do $$ declare each record; begin for each in select * from aside loop
      execute case each.kind when 'index' then each.definition
        else format('alter table content add constraint %I %s not valid', each.name, each.definition) end;
    end loop; end $$;`;
