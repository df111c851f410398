// What an application sees of the model, in Node as in a Worker.
export type { ConnectionEnvironment, ConnectionMethod, ConnectionSettings } from './config/connection-settings.js';
export {
  connectionMethods,
  readConnectionSettings,
  readScopedConnectionSettings,
} from './config/connection-settings.js';
export { Account } from './entities/account.entity.js';
export { entities } from './entities/all.js';
export {
  Content,
  type ContentStatus,
  type ContentType,
  type ContentVisibility,
  contentStatuses,
  contentTypes,
  contentVisibilities,
} from './entities/content.entity.js';
export { type AccessType, accessTypes, ContentAccess } from './entities/content-access.entity.js';
export { IdentifiedEntity } from './entities/identified.entity.js';
export {
  MediaItem,
  type MediaStatus,
  type MediaType,
  mediaStatuses,
  mediaTypes,
} from './entities/media-item.entity.js';
export { Organization } from './entities/organization.entity.js';
export {
  type MembershipRole,
  type MembershipStatus,
  membershipRoles,
  membershipStatuses,
  OrganizationMembership,
} from './entities/organization-membership.entity.js';
export { Purchase, type PurchaseStatus, purchaseStatuses } from './entities/purchase.entity.js';
export { Session } from './entities/session.entity.js';
export { SoftDeletableEntity } from './entities/soft-deletable.entity.js';
export { TimestampedEntity } from './entities/timestamped.entity.js';
export { User } from './entities/user.entity.js';
export { VerificationToken } from './entities/verification-token.entity.js';
export { VideoPlayback } from './entities/video-playback.entity.js';
export {
  ConfigurationError,
  ConnectionFailedError,
  DatabaseError,
  type DatabaseErrorCode,
  DatabaseNotSoundError,
  HardDeleteRefusedError,
  InvalidArgumentError,
  MigrationLockedError,
  MigrationRefusedError,
  OutOfScopeError,
  RowNotFoundError,
  ScopeNotEnforcedError,
  ScopeRefusedError,
  SlugTakenError,
  TransactionNotSupportedError,
} from './errors/database-error.js';
export {
  getConstraintName,
  getErrorDetail,
  isCheckViolation,
  isForeignKeyViolation,
  isNotNullViolation,
  isUniqueViolation,
} from './errors/predicates.js';
export { QueryFailedError } from './errors/query-failed-error.js';
export type { Orm } from './orm/create-orm.js';
export { EntityManager } from './orm/entity-manager.js';
export { closeDbPool, testDbConnection } from './orm/lifecycle.js';
export type { OrmBehavior } from './orm/model-options.js';
export type {
  NewAccount,
  NewContent,
  NewContentAccess,
  NewMediaItem,
  NewOrganization,
  NewOrganizationMembership,
  NewPurchase,
  NewSession,
  NewUser,
  NewVerificationToken,
  NewVideoPlayback,
} from './orm/new-entities.js';
export type { Tables } from './orm/tables.js';
export { type Transport, transports } from './orm/transport.js';
export { type Page, type PageRequest, type PageWindow, withPagination } from './pagination/page.js';
export { type ContentInContext, ContentRepository, type SlugOwner } from './repositories/content.repository.js';
export { ContentAccessRepository, type LibraryEntry } from './repositories/content-access.repository.js';
export { MediaItemRepository } from './repositories/media-item.repository.js';
export { OrganizationRepository } from './repositories/organization.repository.js';
export { OrganizationMembershipRepository } from './repositories/organization-membership.repository.js';
export { type PurchaseInContext, PurchaseRepository } from './repositories/purchase.repository.js';
export { type UserIdentity, UserRepository } from './repositories/user.repository.js';
export { type PlaybackProgress, VideoPlaybackRepository } from './repositories/video-playback.repository.js';
export { assertScopeEnforced, type ScopeCheckOptions } from './scope/assert-scope-enforced.js';
export { inScope, type ScopeOptions } from './scope/in-scope.js';
export type { Scope } from './scope/scope.js';
export { ScopedBy } from './scope/scoped-by.js';
export { ScopedEntityManager } from './scope/scoped-entity-manager.js';
export { readOnly, type Sights, scopeDefault, type WriteCommand } from './scope/visibility.js';
