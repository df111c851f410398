import { Entity, Filter, Property } from '@mikro-orm/decorators/legacy';
import { notDeleted } from '../filters/not-deleted.filter.js';
import { IdentifiedEntity } from './identified.entity.js';
import { instant } from './instant.js';

/** Is marked as deleted by `em.remove`, hidden from then on, and can be restored. */
@Entity({ abstract: true })
@Filter(notDeleted)
export abstract class SoftDeletableEntity extends IdentifiedEntity {
  /** `null` while the row is live. */
  @Property({ ...instant, nullable: true })
  deletedAt: Date | null = null;
}
