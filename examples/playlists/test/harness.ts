import { createTest, sentinelIds } from '@codex/database/testing';
import { createPlaylistOrm } from '../src/orm.js';

/** Vitest's `test`, on databases that have playlists, one of somebody else among them that no test may touch. */
export const test = createTest({
  createOrm: createPlaylistOrm,
  sentinels: `insert into playlists (creator_id, name) values ('${sentinelIds.creator}', 'Sentinel playlist')`,
});
