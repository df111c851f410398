import { Collection, type EntityName, type EntityRepositoryType, type Opt, t } from '@mikro-orm/core';
import { Entity, OneToMany, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { UserRepository } from '../repositories/user.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { readOnly } from '../scope/visibility.js';
import { OrganizationMembership } from './organization-membership.entity.js';
import type { ProvidedKey } from './provided-key.js';
import { TimestampedEntity } from './timestamped.entity.js';

/** A person who signs in. Better Auth gives the key. */
@Entity({ tableName: 'users', repository: () => UserRepository })
@ScopedBy(
  {
    creator: readOnly('id'),
    org: readOnly(
      (user, organization) =>
        `exists (select from (select organization_memberships.user_id as id from organization_memberships where organization_memberships.organization_id = ${organization} union all select content.creator_id as id from content where content.organization_id = ${organization}) as member where member.id = ${user}.id)`,
    ),
    user: 'id',
  },
  ['update'],
)
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
