import { describe, expect } from 'vitest';
import { type Content, ContentAccess, type EntityManager, Purchase, type User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { next } from '../support/rows.js';
import { createOrganization, createUser, createVideo, january } from '../support/world.js';

async function publish(em: EntityManager, title: string): Promise<Content> {
  const creator = await createUser(em, 'Creator');
  return createVideo(em, creator, { title, organization: await createOrganization(em, creator) });
}

const grant = (em: EntityManager, user: User, content: Content, data: Partial<ContentAccess> = {}) =>
  em.create(ContentAccess, {
    user,
    content,
    organization: content.organization!,
    accessType: 'purchased',
    ...(data.createdAt && { createdAt: data.createdAt }),
    ...(data.expiresAt && { expiresAt: data.expiresAt }),
  });

describe('ContentAccessRepository', () => {
  test('finds a grant until it expires', async ({ em }) => {
    const viewer = await createUser(em);
    const [forEver, forAWhile, never] = [await publish(em, 'A'), await publish(em, 'B'), await publish(em, 'C')];
    grant(em, viewer, forEver);
    grant(em, viewer, forAWhile, { expiresAt: january(10) });
    await em.flush();
    const access = em.fork().getRepository(ContentAccess);

    expect(await access.findValid(viewer.id, forEver.id, january(31))).not.toBeNull();
    expect(await access.findValid(viewer.id, forAWhile.id, january(9))).not.toBeNull();
    expect(await access.findValid(viewer.id, forAWhile.id, january(10))).toBeNull();
    expect(await access.findValid(viewer.id, never.id, january(1))).toBeNull();
    expect(await access.findValid('somebody', forEver.id, january(1))).toBeNull();
  });

  test('shows a library with all of its content, deleted content too, latest grant first', async ({ em }) => {
    const [viewer, other] = [await createUser(em), await createUser(em)];
    const [kept, deleted, expired, foreign] = [
      await publish(em, 'Kept'),
      await publish(em, 'Deleted'),
      await publish(em, 'Expired'),
      await publish(em, 'Foreign'),
    ];
    grant(em, viewer, kept, { createdAt: january(1) });
    grant(em, viewer, deleted, { createdAt: january(2) });
    grant(em, viewer, expired, { expiresAt: january(3) });
    grant(em, other, foreign);
    await em.flush();
    em.remove(deleted);
    await em.flush();

    const library = await em.fork().getRepository(ContentAccess).findLibrary(viewer.id, january(4));
    expect(library.items.map(({ content }) => content.title)).toEqual(['Deleted', 'Kept']);
    expect(library.items[1]).toMatchObject({
      content: { creator: { name: 'Creator' }, mediaItem: { mediaType: 'video' } },
      organization: { name: 'Studio' },
    });
    expect(library.totalCount).toBe(2);
  });
});

describe('PurchaseRepository', () => {
  const buy = (em: EntityManager, customer: User, content: Content, createdAt = january(1)) =>
    em.create(Purchase, {
      customer,
      content,
      organization: content.organization!,
      amountPaidCents: 500,
      stripePaymentIntentId: `pi_${next()}`,
      status: 'completed',
      createdAt,
    });

  test('finds a purchase by its payment intent', async ({ em }) => {
    const bought = buy(em, await createUser(em), await publish(em, 'A'));
    await em.flush();
    const purchases = em.fork().getRepository(Purchase);

    expect(await purchases.findByPaymentIntent(bought.stripePaymentIntentId)).toMatchObject({ id: bought.id });
    expect(await purchases.findByPaymentIntent('pi_none')).toBeNull();
  });

  test("lists a customer's purchases, newest first, with content that was deleted since", async ({ em }) => {
    const customer = await createUser(em);
    const [old, recent] = [await publish(em, 'Old'), await publish(em, 'Recent')];
    buy(em, customer, old, january(1));
    buy(em, customer, recent, january(2));
    buy(em, await createUser(em), recent);
    await em.flush();
    em.remove([recent, recent.organization as never]);
    await em.flush();

    const page = await em.fork().getRepository(Purchase).findByCustomer(customer.id);
    expect(page.items.map(({ content }) => content.title)).toEqual(['Recent', 'Old']);
    expect(page.items[0]?.organization.name).toBe('Studio');
    expect(page.totalCount).toBe(2);
  });
});
