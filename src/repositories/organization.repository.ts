import type { Loaded } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/sql';
import type { Organization } from '../entities/organization.entity.js';
import { exactly } from '../errors/arguments.js';

export class OrganizationRepository extends EntityRepository<Organization> {
  findBySlug(slug: string): Promise<Organization | null> {
    return this.findOne(exactly({ slug }));
  }

  /** The organization with its memberships, oldest first, and their users. */
  findBySlugWithMembers(slug: string): Promise<Loaded<Organization, 'memberships.user'> | null> {
    return this.findOne(exactly({ slug }), {
      populate: ['memberships.user'],
      orderBy: { memberships: { createdAt: 'asc', id: 'asc' } },
    });
  }
}
