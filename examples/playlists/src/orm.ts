import { type AccessPath, type ConnectionSettings, createOrm, type Orm, type OwnModel } from '@codex/database';
import { Playlist } from './playlist.entity.js';

/** What this package adds to the model and the history of `@codex/database`. */
export const own: OwnModel = {
  entities: [Playlist],
  migrations: { path: new URL('./migrations', import.meta.url) },
};

/** How playlists are read: the doctor looks whether each way has its index. */
export const accessPaths: AccessPath[] = [{ table: 'playlists', columns: ['creator_id', 'name'] }];

/** An ORM that knows playlists beside all of `@codex/database`. Without settings the environment decides. */
export function createPlaylistOrm(settings?: ConnectionSettings): Orm {
  return createOrm({ ...settings, ...own });
}
