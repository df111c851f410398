import type { Orm } from '../../../src/index.js';
import { createMigratedDatabase } from '../../support/database-per-file.js';

/** Runs `work` on a migrated database that it may spoil. */
export async function withMigratedDatabase<Result>(work: (orm: Orm, url: string) => Promise<Result>): Promise<Result> {
  const { orm, url, drop } = await createMigratedDatabase();

  try {
    return await work(orm, url);
  } finally {
    await drop();
  }
}
