import type { EntityName, EntityRepositoryType, LazyRef, Opt } from '@mikro-orm/core';
import { t } from '@mikro-orm/core';
import { Entity, Enum, Filter, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { org } from '../filters/org.filter.js';
import { user } from '../filters/user.filter.js';
import { PurchaseRepository } from '../repositories/purchase.repository.js';
import { Content } from './content.entity.js';
import { throughDeleted } from './history.js';
import { IdentifiedEntity } from './identified.entity.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';

export const purchaseStatuses = ['pending', 'completed', 'refunded', 'failed'] as const;
export type PurchaseStatus = (typeof purchaseStatuses)[number];

/** One payment for one content. It still shows its content after that was deleted. */
@Entity({ tableName: 'purchases', repository: () => PurchaseRepository })
@Index({ properties: ['createdAt'] })
@Filter(org())
@Filter(user('customer'))
export class Purchase extends IdentifiedEntity {
  declare [EntityName]?: 'Purchase';
  declare [EntityRepositoryType]?: PurchaseRepository;

  @ManyToOne({ entity: () => User, deleteRule: 'cascade', index: true })
  customer!: LazyRef<User>;

  @ManyToOne({ entity: () => Content, deleteRule: 'restrict', index: true, filters: throughDeleted })
  content!: LazyRef<Content>;

  /** The content's organization at the time of the purchase. */
  @ManyToOne({ entity: () => Organization, deleteRule: 'restrict', index: true, filters: throughDeleted })
  organization!: LazyRef<Organization>;

  @Property({ type: t.integer, check: 'amount_paid_cents >= 0' })
  amountPaidCents!: number;

  /** ISO 4217 code in lower case, as Stripe writes it. */
  @Property({ type: t.string, length: 3, default: 'usd' })
  currency: string & Opt = 'usd';

  @Property({ type: t.string, length: 255, unique: true })
  stripePaymentIntentId!: string;

  @Enum({ items: () => purchaseStatuses, columnType: 'varchar(50)' })
  status!: PurchaseStatus;
}
