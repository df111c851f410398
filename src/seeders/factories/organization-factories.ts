import { Organization } from '../../entities/organization.entity.js';
import {
  membershipRoles,
  membershipStatuses,
  OrganizationMembership,
} from '../../entities/organization-membership.entity.js';
import type { FactorySource, Overrides } from './factory-source.js';
import type { IdentityFactories } from './identity-factories.js';

const names = ['Harbour Films', 'Lantern Radio', 'North Press', 'Open Stage', 'Quiet Hours', 'Tall Ship Pictures'];

/** Factories for organizations and who belongs to them. */
export function organizationFactories(source: FactorySource, identity: IdentityFactories) {
  const { em } = source;

  function newOrganization(overrides: Overrides<Organization> = {}): Organization {
    const draw = source.draw('organizations');
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(Organization, {
      id: draw.uuid,
      name: draw.pick(names),
      slug: `organization-${draw.suffix}`,
      description: draw.pick(['What we like to see, hear and read.', null]),
      logoUrl: draw.pick([`https://cdn.codex.example/organizations/${draw.suffix}.svg`, null]),
      websiteUrl: draw.pick([`https://organization-${draw.suffix}.example`, null]),
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  function membership(overrides: Overrides<OrganizationMembership> = {}): OrganizationMembership {
    const draw = source.draw('organization_memberships');
    const user = overrides.user ?? identity.user();
    const organization = overrides.organization ?? newOrganization();
    const status = overrides.status ?? draw.pick(membershipStatuses);
    const invitedBy = status === 'invited' && overrides.invitedBy === undefined ? identity.user() : null;
    const createdAt = overrides.createdAt ?? source.nextInstant();

    return em.create(OrganizationMembership, {
      id: draw.uuid,
      organization,
      user,
      invitedBy,
      role: draw.pick(membershipRoles),
      status,
      createdAt,
      updatedAt: createdAt,
      ...overrides,
    });
  }

  return { organization: newOrganization, membership };
}

/** What {@link organizationFactories} makes. */
export type OrganizationFactories = ReturnType<typeof organizationFactories>;
