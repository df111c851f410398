import type { EntityName, EntityRepositoryType, LazyRef, Opt } from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, Unique } from '@mikro-orm/decorators/legacy';
import { OrganizationMembershipRepository } from '../repositories/organization-membership.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { scopeDefault } from '../scope/visibility.js';
import { throughDeleted } from './history.js';
import { IdentifiedEntity } from './identified.entity.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';

export const membershipRoles = ['owner', 'admin', 'creator', 'subscriber', 'member'] as const;
export type MembershipRole = (typeof membershipRoles)[number];

export const membershipStatuses = ['active', 'inactive', 'invited'] as const;
export type MembershipStatus = (typeof membershipStatuses)[number];

/** The place of one user in one organization. */
@Entity({ tableName: 'organization_memberships', repository: () => OrganizationMembershipRepository })
@Unique({ properties: ['organization', 'user'] })
@Index({ properties: ['organization', 'role'] })
@Index({ properties: ['organization', 'status'] })
@ScopedBy({ org: 'organization', user: 'user' })
export class OrganizationMembership extends IdentifiedEntity {
  declare [EntityName]?: 'OrganizationMembership';
  declare [EntityRepositoryType]?: OrganizationMembershipRepository;

  @ManyToOne({
    entity: () => Organization,
    defaultRaw: scopeDefault('org'),
    deleteRule: 'cascade',
    filters: throughDeleted,
  })
  organization!: LazyRef<Organization>;

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('user'), deleteRule: 'cascade', index: true })
  user!: LazyRef<User>;

  @ManyToOne({ entity: () => User, joinColumn: 'invited_by', deleteRule: 'set null', nullable: true, index: true })
  invitedBy: LazyRef<User> | null = null;

  @Enum({ items: () => membershipRoles, columnType: 'varchar(50)', default: 'member' })
  role: MembershipRole & Opt = 'member';

  @Enum({ items: () => membershipStatuses, columnType: 'varchar(50)', default: 'active' })
  status: MembershipStatus & Opt = 'active';
}
