import { describe, expect } from 'vitest';
import { Organization, OrganizationMembership } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { createOrganization, createUser, january } from '../support/world.js';

describe('OrganizationRepository', () => {
  test('finds a live organization by its slug', async ({ em }) => {
    const { id, slug } = await createOrganization(em, await createUser(em));
    const gone = await createOrganization(em, await createUser(em));
    em.remove(gone);
    await em.flush();
    const organizations = em.fork().getRepository(Organization);

    expect(await organizations.findBySlug(slug)).toMatchObject({ id });
    expect(await organizations.findBySlug(gone.slug)).toBeNull();
    expect(await organizations.findBySlugWithMembers(gone.slug)).toBeNull();
  });

  test('brings the members and their users along, oldest first', async ({ em }) => {
    const owner = await createUser(em, 'Owner');
    const organization = await createOrganization(em, owner);
    const [late, early] = [await createUser(em, 'Late'), await createUser(em, 'Early')];
    em.create(OrganizationMembership, { organization, user: late, createdAt: january(2) });
    em.create(OrganizationMembership, { organization, user: early, createdAt: january(1) });
    await em.flush();

    const found = await em.fork().getRepository(Organization).findBySlugWithMembers(organization.slug);
    expect(found?.memberships.$.map(({ user }) => user.name)).toEqual(['Early', 'Late', 'Owner']);
  });
});

describe('OrganizationMembershipRepository', () => {
  test('finds the membership of a user, whatever its status', async ({ em }) => {
    const owner = await createUser(em);
    const [organization, other] = [await createOrganization(em, owner), await createOrganization(em, owner)];
    const guest = await createUser(em);
    em.create(OrganizationMembership, { organization, user: guest, status: 'invited', invitedBy: owner });
    await em.flush();
    const memberships = em.fork().getRepository(OrganizationMembership);

    expect(await memberships.findMembership(organization.id, guest.id)).toMatchObject({ status: 'invited' });
    expect(await memberships.findMembership(other.id, guest.id)).toBeNull();
  });

  test.database('lists active members with their users, of one role on request', async ({ em }) => {
    const owner = await createUser(em, 'Owner');
    const organization = await createOrganization(em, owner);
    const [admin, idle] = [await createUser(em, 'Admin'), await createUser(em, 'Idle')];
    em.create(OrganizationMembership, { organization, user: admin, role: 'admin' });
    em.create(OrganizationMembership, { organization, user: idle, role: 'admin', status: 'inactive' });
    await em.flush();
    const memberships = em.fork().getRepository(OrganizationMembership);

    const all = await memberships.findActiveMembers(organization.id);
    const admins = await memberships.findActiveMembers(organization.id, 'admin');
    expect(all.map(({ user }) => user.name)).toEqual(['Owner', 'Admin']);
    expect(admins.map(({ user }) => user.name)).toEqual(['Admin']);
  });

  test("lists a user's active memberships in live organizations", async ({ em }) => {
    const owner = await createUser(em);
    const [live, deleted, left] = [
      await createOrganization(em, owner),
      await createOrganization(em, owner),
      await createOrganization(em, owner),
    ];
    em.remove(deleted);
    await em.nativeUpdate(OrganizationMembership, { organization: left.id }, { status: 'inactive' });
    await em.flush();

    const found = await em.fork().getRepository(OrganizationMembership).findActiveByUser(owner.id);
    expect(found.map(({ organization }) => organization.slug)).toEqual([live.slug]);
  });
});
