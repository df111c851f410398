import { type EntityName, type HiddenProps, type LazyRef, t } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { ScopedBy } from '../scope/scoped-by.js';
import { instant } from './instant.js';
import type { ProvidedKey } from './provided-key.js';
import { Secret } from './secret.js';
import { TimestampedEntity } from './timestamped.entity.js';
import { User } from './user.entity.js';

/** A way for a user to sign in: an OAuth provider or a password. Better Auth calls it `account`. */
@Entity({ tableName: 'accounts' })
@Index({ properties: ['providerId', 'accountId'] })
@ScopedBy({})
export class Account extends TimestampedEntity {
  declare [EntityName]?: 'Account';
  declare [ProvidedKey]?: true;
  declare [HiddenProps]?: 'accessToken' | 'refreshToken' | 'idToken' | 'password';

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

  @Secret({ nullable: true })
  declare accessToken: string | null;

  @Secret({ nullable: true })
  declare refreshToken: string | null;

  @Secret({ nullable: true })
  declare idToken: string | null;

  @Property({ ...instant, nullable: true })
  accessTokenExpiresAt: Date | null = null;

  @Property({ ...instant, nullable: true })
  refreshTokenExpiresAt: Date | null = null;

  /** OAuth scopes, as the provider wrote them. */
  @Property({ type: t.text, nullable: true })
  scope: string | null = null;

  /** Password hash, for the `credential` provider. */
  @Secret({ nullable: true })
  declare password: string | null;

  constructor() {
    super();
    this.accessToken = null;
    this.refreshToken = null;
    this.idToken = null;
    this.password = null;
  }
}
