import { type EntityName, t } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { instant } from './instant.js';
import type { ProvidedKey } from './provided-key.js';
import { requiredSecret } from './secret.js';
import { TimestampedEntity } from './timestamped.entity.js';

/** Proof that someone reads an e-mail address, until it expires. Better Auth calls it `verification`. */
@Entity({ tableName: 'verification_tokens' })
export class VerificationToken extends TimestampedEntity {
  declare [EntityName]?: 'VerificationToken';
  declare [ProvidedKey]?: true;

  @PrimaryKey({ type: t.text })
  id!: string;

  /** What is verified, an e-mail address as a rule. */
  @Property({ type: t.text, index: true })
  identifier!: string;

  @Property({ ...requiredSecret })
  value!: string;

  @Property({ ...instant, index: true })
  expiresAt!: Date;
}
