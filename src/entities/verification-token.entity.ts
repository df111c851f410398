import { type EntityName, type HiddenProps, t } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { ScopedBy } from '../scope/scoped-by.js';
import { instant } from './instant.js';
import type { ProvidedKey } from './provided-key.js';
import { Secret } from './secret.js';
import { TimestampedEntity } from './timestamped.entity.js';

/** Proof that someone reads an e-mail address, until it expires. Better Auth calls it `verification`. */
@Entity({ tableName: 'verification_tokens' })
@ScopedBy({})
export class VerificationToken extends TimestampedEntity {
  declare [EntityName]?: 'VerificationToken';
  declare [ProvidedKey]?: true;
  declare [HiddenProps]?: 'value';

  @PrimaryKey({ type: t.text })
  id!: string;

  /** What is verified, an e-mail address as a rule. */
  @Property({ type: t.text, index: true })
  identifier!: string;

  @Secret()
  declare value: string;

  @Property({ ...instant, index: true })
  expiresAt!: Date;
}
