import { inject } from 'vitest';
import type { Orm } from '../../src/index.js';
import { createTemporaryDatabase } from '../../src/testing/database.js';

/** Runs `work` on a database with nothing in it. */
export async function withEmptyDatabase<Result>(work: (orm: Orm, url: string) => Promise<Result>): Promise<Result> {
  const { orm, url, drop } = await createTemporaryDatabase(inject('codexTestServer').adminUrl);

  try {
    return await work(orm, url);
  } finally {
    await drop();
  }
}
