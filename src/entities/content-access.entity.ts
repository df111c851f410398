import type { EntityName, EntityRepositoryType, LazyRef } from '@mikro-orm/core';
import { Entity, Enum, Filter, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy';
import { org } from '../filters/org.filter.js';
import { user } from '../filters/user.filter.js';
import { ContentAccessRepository } from '../repositories/content-access.repository.js';
import { Content } from './content.entity.js';
import { throughDeleted } from './history.js';
import { IdentifiedEntity } from './identified.entity.js';
import { instant } from './instant.js';
import { Organization } from './organization.entity.js';
import { User } from './user.entity.js';

export const accessTypes = ['purchased', 'subscription', 'complimentary', 'preview'] as const;
export type AccessType = (typeof accessTypes)[number];

/** Lets one user open one content. It still shows its content after that was deleted. */
@Entity({ tableName: 'content_access', repository: () => ContentAccessRepository })
@Unique({ properties: ['user', 'content'] })
@Filter(org())
@Filter(user())
export class ContentAccess extends IdentifiedEntity {
  declare [EntityName]?: 'ContentAccess';
  declare [EntityRepositoryType]?: ContentAccessRepository;

  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: LazyRef<User>;

  @ManyToOne({ entity: () => Content, deleteRule: 'cascade', index: true, filters: throughDeleted })
  content!: LazyRef<Content>;

  /** The content's organization when access was given. */
  @ManyToOne({ entity: () => Organization, deleteRule: 'cascade', index: true, filters: throughDeleted })
  organization!: LazyRef<Organization>;

  @Enum({ items: () => accessTypes, columnType: 'varchar(50)' })
  accessType!: AccessType;

  /** `null` is permanent. */
  @Property({ ...instant, nullable: true })
  expiresAt: Date | null = null;
}
