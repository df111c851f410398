import type { HttpExecutor } from '../../../../src/edge/index.js';
import type { EntityManager } from '../../../../src/index.js';
import { createOrganization, createUser, createVideo } from '../../../support/world.js';
import { test as base } from '../../support/neon.js';

/** Two creators, each with an organization and a content in it and one outside of it. */
export interface World {
  ada: Tenant;
  eve: Tenant;
}

export interface Tenant {
  id: string;
  organization: string;
  /** The key of the content outside of the organization, and of that in it. */
  own: string;
  published: string;
}

/** Asking for `world` is asking for two creators that no other test has. */
export const test = base.extend(
  'world',
  async ({ em }): Promise<World> => ({ ada: await createTenant(em, 'Ada'), eve: await createTenant(em, 'Eve') }),
);

async function createTenant(em: EntityManager, name: string): Promise<Tenant> {
  const creator = await createUser(em, name);
  const organization = await createOrganization(em, creator);
  const own = await createVideo(em, creator, { title: `${name}’s own` });
  const published = await createVideo(em, creator, { title: `${name}’s published`, organization });

  return { id: creator.id, organization: organization.id, own: own.id, published: published.id };
}

/** The keys of all content that the executor sees, in order. */
export async function contentSeenBy(executor: HttpExecutor): Promise<string[]> {
  return (await executor.query<{ id: string }>('select id from content')).map(({ id }) => id).sort();
}
