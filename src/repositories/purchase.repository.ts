import type { Loaded } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/sql';
import type { Purchase } from '../entities/purchase.entity.js';
import { exactly } from '../errors/arguments.js';
import { type Page, type PageRequest, toPage, withPagination } from '../pagination/page.js';

const withContent = ['content', 'organization'] as const;

/** A purchase with what was bought, from whom; either may be deleted by now. */
export type PurchaseInContext = Loaded<Purchase, (typeof withContent)[number]>;

export class PurchaseRepository extends EntityRepository<Purchase> {
  /** The purchase that a Stripe payment intent belongs to. */
  findByPaymentIntent(stripePaymentIntentId: string): Promise<Purchase | null> {
    return this.findOne(exactly({ stripePaymentIntentId }));
  }

  /** The customer's purchases in every status, newest first. */
  async findByCustomer(customerId: string, request: PageRequest = {}): Promise<Page<PurchaseInContext>> {
    const window = withPagination(request);
    const found = await this.findAndCount(exactly({ customer: customerId }), {
      ...window,
      populate: withContent,
      orderBy: { createdAt: 'desc', id: 'asc' },
    });

    return toPage(found, window);
  }
}
