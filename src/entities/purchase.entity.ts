import type { EntityName, EntityRepositoryType, LazyRef, Opt } from '@mikro-orm/core';
import { t } from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { PurchaseRepository } from '../repositories/purchase.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { scopeDefault } from '../scope/visibility.js';
import { Content } from './content.entity.js';
import { CrossTableRule } from './cross-table-rule.js';
import { throughDeleted } from './history.js';
import { IdentifiedEntity } from './identified.entity.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';

export const purchaseStatuses = ['pending', 'completed', 'refunded', 'failed'] as const;
export type PurchaseStatus = (typeof purchaseStatuses)[number];

/** One payment for one content. It still shows its content after that was deleted. */
@Entity({ tableName: 'purchases', repository: () => PurchaseRepository })
@Index({ properties: ['createdAt'] })
@CrossTableRule({
  name: 'organization_of_content',
  table: 'purchases',
  events: ['insert', 'update'],
  columns: ['content_id', 'organization_id'],
  holdsIf: '1 from public.content where id = new.content_id and organization_id = new.organization_id',
  message: 'the content must exist and be of the same organization',
})
@ScopedBy({ org: 'organization', user: 'customer' }, ['insert', 'update'])
export class Purchase extends IdentifiedEntity {
  declare [EntityName]?: 'Purchase';
  declare [EntityRepositoryType]?: PurchaseRepository;

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('user'), deleteRule: 'cascade', index: true })
  customer!: LazyRef<User>;

  @ManyToOne({ entity: () => Content, deleteRule: 'restrict', index: true, filters: throughDeleted })
  content!: LazyRef<Content>;

  /** The content's organization at the time of the purchase. */
  @ManyToOne({
    entity: () => Organization,
    defaultRaw: scopeDefault('org'),
    deleteRule: 'restrict',
    index: true,
    filters: throughDeleted,
  })
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
