import { type EntityName, type LazyRef, t } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { instant } from './instant.js';
import type { ProvidedKey } from './provided-key.js';
import { secret } from './secret.js';
import { TimestampedEntity } from './timestamped.entity.js';
import { User } from './user.entity.js';

/** A way for a user to sign in: an OAuth provider or a password. Better Auth calls it `account`. */
@Entity({ tableName: 'accounts' })
@Index({ properties: ['providerId', 'accountId'] })
export class Account extends TimestampedEntity {
  declare [EntityName]?: 'Account';
  declare [ProvidedKey]?: true;

  @ManyToOne({ entity: () => User, deleteRule: 'cascade', index: true })
  user!: LazyRef<User>;

  @PrimaryKey({ type: t.text })
  id!: string;

  /** The user's key at the provider. */
  @Property({ type: t.text })
  accountId!: string;

  /** The provider, such as `google`, `github` or `credential`. */
  @Property({ type: t.text })
  providerId!: string;

  @Property({ ...secret })
  accessToken: string | null = null;

  @Property({ ...secret })
  refreshToken: string | null = null;

  @Property({ ...secret })
  idToken: string | null = null;

  @Property({ ...instant, nullable: true })
  accessTokenExpiresAt: Date | null = null;

  @Property({ ...instant, nullable: true })
  refreshTokenExpiresAt: Date | null = null;

  /** OAuth scopes, as the provider wrote them. */
  @Property({ type: t.text, nullable: true })
  scope: string | null = null;

  /** Password hash, for the `credential` provider. */
  @Property({ ...secret })
  password: string | null = null;
}
