import { type Opt, t } from '@mikro-orm/core';
import { Entity, PrimaryKey } from '@mikro-orm/decorators/legacy';
import { TimestampedEntity } from './timestamped.entity.js';

/** Has a UUID of its own, given by the database unless the caller brings one. */
@Entity({ abstract: true })
export abstract class IdentifiedEntity extends TimestampedEntity {
  @PrimaryKey({ type: t.uuid, defaultRaw: 'gen_random_uuid()' })
  id!: string & Opt;
}
