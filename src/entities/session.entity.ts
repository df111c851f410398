import { type EntityName, type HiddenProps, type LazyRef, t } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { ScopedBy } from '../scope/scoped-by.js';
import { instant } from './instant.js';
import type { ProvidedKey } from './provided-key.js';
import { Secret } from './secret.js';
import { TimestampedEntity } from './timestamped.entity.js';
import { User } from './user.entity.js';

/** A signed-in browser or device. Better Auth calls it `session`. */
@Entity({ tableName: 'sessions' })
@ScopedBy({})
export class Session extends TimestampedEntity {
  declare [EntityName]?: 'Session';
  declare [ProvidedKey]?: true;
  declare [HiddenProps]?: 'token';

  @ManyToOne({ entity: () => User, deleteRule: 'cascade', index: true })
  user!: LazyRef<User>;

  @PrimaryKey({ type: t.text })
  id!: string;

  @Property({ ...instant, index: true })
  expiresAt!: Date;

  @Secret({ unique: true })
  declare token: string;

  @Property({ type: t.text, nullable: true })
  ipAddress: string | null = null;

  @Property({ type: t.text, nullable: true })
  userAgent: string | null = null;
}
