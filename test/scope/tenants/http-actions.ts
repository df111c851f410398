import { createEdgeDatabase, type HttpExecutor } from '../../../src/edge/index.js';
import type { Turn } from './program.js';
import { creatorOf, mark, organizationOf, tables, uuidOf } from './world.js';

type Action = (scoped: HttpExecutor, turn: Turn) => PromiseLike<unknown>;

const choose = <Value>(values: readonly Value[], pick: number): Value => values[pick % values.length]!;
const title = ({ own, pick }: Turn): string => `${pick} ${mark(own)}`;

export const reads: Record<string, Action> = {
  'all rows': (scoped, { pick }) => scoped.query(`select * from ${choose(tables, pick)} as each`),
  'the other’s rows': (scoped, { other }) =>
    scoped.sql`select * from content where creator_id = ${creatorOf(other)} or id = ${uuidOf(other, 6)} or true`,
  'the edge database': (scoped) => createEdgeDatabase(scoped).selectFrom('content').selectAll().execute(),
  'its joins': (scoped) =>
    createEdgeDatabase(scoped)
      .withDeleted()
      .selectFrom('content')
      .fullJoin('users', 'users.id', 'content.creatorId')
      .leftJoin('mediaItems', 'mediaItems.id', 'content.mediaItemId')
      .selectAll()
      .execute(),
  'a batch': async (scoped, { pick }) =>
    (await scoped.batch(tables.slice(0, pick % tables.length).map((table) => `select * from ${table}`))).map(
      ({ rows }) => rows,
    ),
  'a failing statement': (scoped) => scoped.query('select 1 / 0'),
  'an escape': (scoped, { other, pick }) =>
    scoped.query(
      choose(
        ['reset role', 'commit', `select set_config('codex.org', '${organizationOf(other)}', true), * from content`],
        pick,
      ),
    ),
  'another scope': async (scoped, { other }) => scoped.scope({ org: organizationOf(other) }).query('table content'),
  'nobody awaits it': async (scoped, { leave }) => leave(scoped.query('select * from content')),
};

export const writes: Record<string, Action> = {
  'an insert': (scoped, turn) =>
    scoped.sql`insert into content (creator_id, title, slug, content_type)
      values (${creatorOf(turn.own)}, ${title(turn)}, gen_random_uuid(), 'written') returning *`,
  'a change of all': (scoped, turn) =>
    scoped.query(`update ${choose(['content', 'media_items'], turn.pick)} as each set title = $1 returning each.*`, [
      title(turn),
    ]),
  'a change of the other’s': (scoped, turn) =>
    scoped.sql`update content set title = ${title(turn)} where id = ${uuidOf(turn.other, 6)} returning *`,
  'a removal of all': (scoped, { pick }) =>
    scoped.query(
      `delete from ${choose(['organization_memberships', 'content_access', 'video_playback'], pick)} as each returning each.*`,
    ),
  'a change by the edge database': (scoped, turn) =>
    createEdgeDatabase(scoped)
      .updateTable('content')
      .set({ title: title(turn) })
      .returningAll()
      .execute(),
  'a batch that fails': (scoped, turn) =>
    scoped.batch([{ text: 'update content set title = $1', parameters: [title(turn)] }, 'select 1 / 0']),
  'a change that nobody awaits': async (scoped, turn) =>
    turn.leave(scoped.query('update content set title = $1', [title(turn)])),
};
