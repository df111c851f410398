import type { AppliedMigration } from './checksum-storage.js';
import { findChanged, findLate, findMissing } from './frozen.js';
import type { RecordedMigration } from './recorded-migration.js';
import { findUnsafe } from './unsafe-statements.js';

export type Method = 'up' | 'down';

/**
 * All that stands against a run, to be reported at once.
 *
 * @param chosen the migrations that the caller asked for by name.
 */
export function findingsAgainst(
  method: Method,
  recorded: RecordedMigration[],
  applied: AppliedMigration[],
  chosen: string[],
): string[] {
  const missing = findMissing(recorded, applied);

  if (method === 'down') {
    return missing;
  }

  const names = new Set(applied.map(({ name }) => name));

  return [
    ...missing,
    ...findChanged(recorded, applied),
    ...findLate(recorded, applied, chosen),
    ...recorded.filter(({ name }) => !names.has(name)).flatMap(findUnsafe),
  ];
}
