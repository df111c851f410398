import type { AccessType, ContentAccess } from '../../entities/content-access.entity.js';
import type { Purchase, PurchaseStatus } from '../../entities/purchase.entity.js';
import type { SeedRow } from '../insert-absent.js';
import { stableUuid } from '../stable-uuid.js';
import type { PersonId } from './people.js';
import { contentId, type WorkKey } from './works.js';

/** A row that belongs to the organization which its content has when the row is written. */
export type InOrganization<Entity> = Omit<SeedRow<Entity>, 'organization'> & { content: string };

interface Payment {
  customer: PersonId;
  work: WorkKey;
  amountPaidCents: number;
  /** Default usd. */
  currency?: string;
  /** Default completed. */
  status?: PurchaseStatus;
  paidAt: string;
  /** When the last change of its status was. Default `paidAt`. */
  settledAt?: string;
}

const payments: Payment[] = [
  { customer: 'demo-lucia', work: 'elephants-dream-sd', amountPaidCents: 99, paidAt: '2024-02-02T19:44Z' },
  { customer: 'demo-sam', work: 'the-time-machine', amountPaidCents: 799, paidAt: '2024-05-04T10:20Z' },
  { customer: 'demo-sam', work: 'tears-of-steel', amountPaidCents: 299, paidAt: '2024-05-17T20:05Z' },
  { customer: 'demo-lucia', work: 'the-red-headed-league', amountPaidCents: 199, paidAt: '2024-05-26T07:31Z' },
  {
    customer: 'demo-lucia',
    work: 'cosmos-laundromat',
    amountPaidCents: 369,
    currency: 'eur',
    paidAt: '2024-06-09T21:12Z',
  },
  { customer: 'demo-sam', work: 'glass-half', amountPaidCents: 199, paidAt: '2024-07-13T18:50Z' },
  {
    customer: 'demo-dele',
    work: 'agent-327',
    amountPaidCents: 299,
    status: 'refunded',
    paidAt: '2024-08-31T13:02Z',
    settledAt: '2024-09-03T09:15Z',
  },
  { customer: 'demo-dele', work: 'the-second-copy', amountPaidCents: 150, paidAt: '2024-11-15T06:48Z' },
  { customer: 'demo-sam', work: 'a-christmas-carol', amountPaidCents: 599, paidAt: '2024-12-14T17:27Z' },
  { customer: 'demo-sam', work: 'spring', amountPaidCents: 499, paidAt: '2024-12-26T19:59Z' },
  {
    customer: 'demo-lucia',
    work: 'reading-at-the-speed-of-a-candle',
    amountPaidCents: 250,
    paidAt: '2025-01-25T22:04Z',
  },
  {
    customer: 'demo-dele',
    work: 'sprite-fright',
    amountPaidCents: 599,
    status: 'failed',
    paidAt: '2025-05-10T20:31Z',
    settledAt: '2025-05-10T20:32Z',
  },
  { customer: 'demo-dele', work: 'sprite-fright', amountPaidCents: 599, paidAt: '2025-05-10T20:36Z' },
  { customer: 'demo-grace', work: 'frankenstein', amountPaidCents: 1_199, paidAt: '2025-06-22T05:55Z' },
  { customer: 'demo-sam', work: 'charge', amountPaidCents: 499, paidAt: '2025-07-12T20:08Z' },
  { customer: 'demo-lucia', work: 'wing-it', amountPaidCents: 399, status: 'pending', paidAt: '2025-10-05T18:40Z' },
];

/** Payments in every status, one by a customer who had to try twice. */
export const purchases: InOrganization<Purchase>[] = payments.map((payment) => {
  const {
    customer,
    work,
    amountPaidCents,
    currency = 'usd',
    status = 'completed',
    paidAt,
    settledAt = paidAt,
  } = payment;
  const id = stableUuid(`purchases/${customer}/${work}/${paidAt}`);

  return {
    id,
    customer,
    content: contentId(work),
    amountPaidCents,
    currency,
    stripePaymentIntentId: `pi_demo_${id.replaceAll('-', '')}`,
    status,
    createdAt: new Date(paidAt),
    updatedAt: new Date(settledAt),
  };
});

/** How often the work was bought and not given back. */
export const countSales = (work: WorkKey): number => sales.filter((sale) => sale.work === work).length;

const sales = payments.filter(({ status = 'completed' }) => status === 'completed');

interface Grant {
  user: PersonId;
  work: WorkKey;
  accessType: AccessType;
  grantedAt: string;
  /** None is permanent. */
  expiresAt?: string;
}

const grants: Grant[] = [
  ...sales.map(
    ({ customer, work, paidAt }): Grant => ({ user: customer, work, accessType: 'purchased', grantedAt: paidAt }),
  ),
  { user: 'demo-sam', work: 'hero', accessType: 'subscription', grantedAt: '2024-10-03T18:33Z' },
  { user: 'demo-lucia', work: 'pride-and-prejudice', accessType: 'subscription', grantedAt: '2025-05-05T19:01Z' },
  {
    user: 'demo-lucia',
    work: 'alices-adventures-in-wonderland',
    accessType: 'subscription',
    grantedAt: '2024-08-30T16:45Z',
    expiresAt: '2099-12-31T00:00Z',
  },
  { user: 'demo-elias', work: 'cosmos-laundromat', accessType: 'complimentary', grantedAt: '2024-07-01T08:00Z' },
  { user: 'demo-dele', work: 'a-shelf-is-an-argument', accessType: 'complimentary', grantedAt: '2025-06-13T09:00Z' },
  {
    user: 'demo-sam',
    work: 'sprite-fright',
    accessType: 'preview',
    grantedAt: '2025-05-08T17:00Z',
    expiresAt: '2025-05-15T17:00Z',
  },
];

/** What each completed payment opened, and what was given in other ways; one preview is over. */
export const access: InOrganization<ContentAccess>[] = grants.map(
  ({ user, work, accessType, grantedAt, expiresAt = null }) => ({
    id: stableUuid(`content_access/${user}/${work}`),
    user,
    content: contentId(work),
    accessType,
    expiresAt: expiresAt && new Date(expiresAt),
    createdAt: new Date(grantedAt),
    updatedAt: new Date(grantedAt),
  }),
);
