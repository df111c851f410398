export type { AccessPath } from './doctor/access-paths.js';
export {
  assertDatabaseSound,
  type CheckResult,
  checkDatabase,
  type DatabaseCheckOptions,
} from './doctor/check-database.js';
export * from './model.js';
export { type CreateOrmOptions, createOrm } from './orm/create-orm.js';
