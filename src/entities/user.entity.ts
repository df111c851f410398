import { Collection, type EntityName, type EntityRepositoryType, type Opt, t } from '@mikro-orm/core';
import { Entity, Filter, OneToMany, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { user } from '../filters/user.filter.js';
import { UserRepository } from '../repositories/user.repository.js';
import { OrganizationMembership } from './organization-membership.entity.js';
import type { ProvidedKey } from './provided-key.js';
import { TimestampedEntity } from './timestamped.entity.js';

/** A person who signs in. Better Auth gives the key. */
@Entity({ tableName: 'users', repository: () => UserRepository })
@Filter(user('id'))
export class User extends TimestampedEntity {
  declare [EntityName]?: 'User';
  declare [EntityRepositoryType]?: UserRepository;
  declare [ProvidedKey]?: true;

  @PrimaryKey({ type: t.text })
  id!: string;

  @Property({ type: t.text })
  name!: string;

  @Property({ type: t.text, unique: true })
  email!: string;

  @Property({ type: t.boolean, default: false })
  emailVerified: boolean & Opt = false;

  /** URL of a picture. */
  @Property({ type: t.text, nullable: true })
  image: string | null = null;

  @OneToMany({ entity: () => OrganizationMembership, mappedBy: 'user' })
  memberships = new Collection<OrganizationMembership>(this);
}
