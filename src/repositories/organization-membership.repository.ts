import type { Loaded } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/sql';
import type { MembershipRole, OrganizationMembership } from '../entities/organization-membership.entity.js';
import { exactly } from '../errors/arguments.js';

export class OrganizationMembershipRepository extends EntityRepository<OrganizationMembership> {
  /** The user's membership in the organization, whatever its status. */
  findMembership(organizationId: string, userId: string): Promise<OrganizationMembership | null> {
    return this.findOne(exactly({ organization: organizationId, user: userId }));
  }

  /** Active members with their users, oldest first; only those with `role` where it is given. */
  findActiveMembers(organizationId: string, role?: MembershipRole): Promise<Loaded<OrganizationMembership, 'user'>[]> {
    return this.find(exactly({ organization: organizationId, status: 'active', ...(role && { role }) }), {
      populate: ['user'],
      orderBy: { createdAt: 'asc', id: 'asc' },
    });
  }

  /** The user's active memberships with their live organizations, oldest first. */
  findActiveByUser(userId: string): Promise<Loaded<OrganizationMembership, 'organization'>[]> {
    return this.find(
      { ...exactly({ user: userId, status: 'active' }), organization: { deletedAt: null } },
      { populate: ['organization'], orderBy: { createdAt: 'asc', id: 'asc' } },
    );
  }
}
