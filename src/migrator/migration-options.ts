import type { EntityManager } from '../orm/entity-manager.js';

/** How `orm.migrator` migrates, and what it migrates beside this package's own history. */
export interface MigrationOptions {
  migrations?: MigrationSettings | undefined;
  /**
   * Writes rows that every environment needs, such as plans or e-mail templates. It runs after each `migrator.up()` that
   * leaves nothing pending, in one transaction, and has to give the same rows however often it runs: `em.upsertMany()`.
   */
  referenceData?: ((em: EntityManager) => Promise<void>) | undefined;
}

export interface MigrationSettings {
  /** The folder of the package's own migrations and of their snapshot: a path, or a `file:` URL. */
  path?: string | URL | undefined;
  /** Milliseconds that a run waits for another one to end. Default 15 minutes. */
  runLockTimeoutMs?: number | undefined;
  /** Milliseconds that a statement of a migration waits for a lock. Default 5 seconds. */
  lockTimeoutMs?: number | undefined;
  /** Milliseconds that a statement of a migration may take. Default 60 seconds. */
  statementTimeoutMs?: number | undefined;
  /** How often a migration is tried that met a lock, a deadlock or a lost connection. Default 6. */
  attempts?: number | undefined;
}
