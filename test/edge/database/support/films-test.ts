import type { EdgeDatabase } from '../../../../src/edge/database/index.js';
import { january } from '../../../support/world.js';
import { test as base } from './edge-test.js';

const uuid = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;
const [liveStudio, deletedStudio] = [uuid(1), uuid(2)];

export const liveFilm = uuid(3);
export const deletedFilm = uuid(4);

/** The edge database with a live film of a deleted studio, and a deleted film of a live one. */
export const test = base.extend('films', { scope: 'file' }, async ({ db }): Promise<EdgeDatabase> => {
  const film = { creatorId: 'ada', contentType: 'video' as const };
  await db.insertInto('users').values({ id: 'ada', name: 'Ada', email: 'ada@example.org' }).execute();
  await db
    .insertInto('organizations')
    .values([
      { id: liveStudio, name: 'Live', slug: 'live' },
      { id: deletedStudio, name: 'Deleted', slug: 'deleted', deletedAt: january(1) },
    ])
    .execute();
  await db
    .insertInto('content')
    .values([
      { ...film, id: liveFilm, title: 'live', slug: 'live', organizationId: deletedStudio },
      {
        ...film,
        id: deletedFilm,
        title: 'deleted',
        slug: 'deleted',
        organizationId: liveStudio,
        deletedAt: january(1),
      },
    ])
    .execute();

  return db;
});
