import type { EntityManager } from '../../../src/index.js';
import { type Row, tables } from '../../support/rows.js';

/** All rows of all tables, each with the transaction that wrote it last. */
export async function readAllRows(em: EntityManager): Promise<Record<string, Row[]>> {
  const all: Record<string, Row[]> = {};

  for (const table of tables) {
    all[table] = await em.execute(`select *, xmin::text from "${table}" order by id`);
  }

  return all;
}

/** Rows that break a rule across tables. */
export function findInconsistentRows(em: EntityManager): Promise<Row[]> {
  return em.execute(`
    select 'media item of another creator' as fault, content.id
      from content join media_items on media_items.id = content.media_item_id
      where media_items.creator_id <> content.creator_id
    union all
    select 'access in another organization', content_access.id
      from content_access join content on content.id = content_access.content_id
      where content.organization_id is distinct from content_access.organization_id
    union all
    select 'purchase in another organization', purchases.id
      from purchases join content on content.id = purchases.content_id
      where content.organization_id is distinct from purchases.organization_id
    union all
    select 'media of the wrong type', content.id
      from content left join media_items on media_items.id = content.media_item_id
      where content.content_type <> coalesce(media_items.media_type, 'written')
    union all
    select 'published without date, or the reverse', id
      from content where (status = 'draft') <> (published_at is null)
    union all
    select 'watched beyond the end, or completed too early or too late', id
      from video_playback
      where position_seconds > duration_seconds
        or completed <> (duration_seconds > 0 and position_seconds * 100 >= duration_seconds * 95)
    union all
    select 'older than its creator', content.id
      from content join users on users.id = content.creator_id where content.created_at < users.created_at
  `);
}
