import { type EntityName, type LazyRef, t } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { instant } from './instant.js';
import type { ProvidedKey } from './provided-key.js';
import { requiredSecret } from './secret.js';
import { TimestampedEntity } from './timestamped.entity.js';
import { User } from './user.entity.js';

/** A signed-in browser or device. Better Auth calls it `session`. */
@Entity({ tableName: 'sessions' })
export class Session extends TimestampedEntity {
  declare [EntityName]?: 'Session';
  declare [ProvidedKey]?: true;

  @ManyToOne({ entity: () => User, deleteRule: 'cascade', index: true })
  user!: LazyRef<User>;

  @PrimaryKey({ type: t.text })
  id!: string;

  @Property({ ...instant, index: true })
  expiresAt!: Date;

  @Property({ ...requiredSecret, unique: true })
  token!: string;

  @Property({ type: t.text, nullable: true })
  ipAddress: string | null = null;

  @Property({ type: t.text, nullable: true })
  userAgent: string | null = null;
}
