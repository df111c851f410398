import type { Orm } from '../../src/index.js';
import { createEmptyDatabase } from '../../src/testing/index.js';

/** Runs `work` on a database with nothing in it. */
export async function withEmptyDatabase<Result>(work: (orm: Orm, url: string) => Promise<Result>): Promise<Result> {
  const { orm, url, drop } = await createEmptyDatabase();

  try {
    return await work(orm, url);
  } finally {
    await drop();
  }
}
