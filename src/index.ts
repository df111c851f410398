export type { AccessPath } from './doctor/access-paths.js';
export {
  assertDatabaseSound,
  type CheckResult,
  checkDatabase,
  type DatabaseCheckOptions,
} from './doctor/check-database.js';
export type { MigrationOptions, MigrationSettings } from './migrator/migration-options.js';
export type { MigrationSafety } from './migrator/safety.js';
export * from './model.js';
export { type CreateOrmOptions, createOrm, type OwnModel } from './orm/create-orm.js';
