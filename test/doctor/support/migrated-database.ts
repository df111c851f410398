import { inject } from 'vitest';
import type { Orm } from '../../../src/index.js';
import { createTemporaryDatabase } from '../../../src/testing/database.js';

/** Runs `work` on a migrated database that it may spoil. */
export async function withMigratedDatabase<Result>(work: (orm: Orm, url: string) => Promise<Result>): Promise<Result> {
  const { adminUrl, template } = inject('codexTestServer');
  const { orm, url, drop } = await createTemporaryDatabase(adminUrl, template);

  try {
    return await work(orm, url);
  } finally {
    await drop();
  }
}
