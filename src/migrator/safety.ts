import type { Migration } from '@mikro-orm/migrations';
import type { MigrationSettings } from './migration-options.js';

/**
 * What a migration says of itself, as its property `safety`.
 *
 * @example
 * export class Migration20270301120000_plans extends Migration {
 *   readonly safety: MigrationSafety = {
 *     statementTimeoutMs: 10 * 60_000,
 *     because: { 'renaming-column': 'no release has read the old name since 2.4' },
 *   };
 * }
 */
export interface MigrationSafety {
  /** Milliseconds that a statement of it waits for a lock. `0` is without end. */
  lockTimeoutMs?: number;
  /** Milliseconds that a statement of it may take. `0` is without end. */
  statementTimeoutMs?: number;
  /** Why it may break a rule of `npm run db:lint`, or `not-rerunnable`, by the rule's name. */
  because?: Record<string, string>;
}

/** Milliseconds that a statement may wait for locks, and take. */
export interface Limits {
  lockTimeoutMs: number;
  statementTimeoutMs: number;
}

const defaultLimits: Limits = { lockTimeoutMs: 5_000, statementTimeoutMs: 60_000 };

export const safetyOf = (migration: Migration): MigrationSafety =>
  (migration as { safety?: MigrationSafety }).safety ?? {};

/** What a migration says, or else the settings of the ORM, or else the defaults. */
export function limitsOf({ lockTimeoutMs, statementTimeoutMs }: MigrationSafety, settings: MigrationSettings): Limits {
  return {
    lockTimeoutMs: lockTimeoutMs ?? settings.lockTimeoutMs ?? defaultLimits.lockTimeoutMs,
    statementTimeoutMs: statementTimeoutMs ?? settings.statementTimeoutMs ?? defaultLimits.statementTimeoutMs,
  };
}
