import type { Orm } from '../../../src/index.js';
import { checkRole } from '../../../src/scope/assert-scope-enforced.js';

/** All that is said of the file's database with what `sql` does to it, which is taken back. */
export async function faultsAfter(orm: Orm, sql: string[]): Promise<string[]> {
  const em = orm.em.fork();
  await em.begin();

  try {
    await em.execute(sql.join('; '));
    return (await checkRole(em)).flatMap(({ faults }) => faults ?? []);
  } finally {
    await em.rollback();
  }
}

/** What is done to a database, and what has to be said of it, once. */
export type SeededFault = [fault: string, sql: string[], said: RegExp];

/** The lines of `faults` that say it. */
export const saying = (faults: string[], said: RegExp): string[] => faults.filter((fault) => said.test(fault));
