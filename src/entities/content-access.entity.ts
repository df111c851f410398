import type { EntityName, EntityRepositoryType, LazyRef } from '@mikro-orm/core';
import { Entity, Enum, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy';
import { ContentAccessRepository } from '../repositories/content-access.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { scopeDefault } from '../scope/visibility.js';
import { Content } from './content.entity.js';
import { CrossTableRule } from './cross-table-rule.js';
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
@CrossTableRule({
  name: 'organization_of_content',
  table: 'content_access',
  events: ['insert', 'update'],
  columns: ['content_id', 'organization_id'],
  holdsIf: '1 from public.content where id = new.content_id and organization_id = new.organization_id',
  message: 'the content must exist and be of the same organization',
})
@ScopedBy({ org: 'organization', user: 'user' })
export class ContentAccess extends IdentifiedEntity {
  declare [EntityName]?: 'ContentAccess';
  declare [EntityRepositoryType]?: ContentAccessRepository;

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('user'), deleteRule: 'cascade' })
  user!: LazyRef<User>;

  @ManyToOne({ entity: () => Content, deleteRule: 'cascade', index: true, filters: throughDeleted })
  content!: LazyRef<Content>;

  /** The content's organization when access was given. */
  @ManyToOne({
    entity: () => Organization,
    defaultRaw: scopeDefault('org'),
    deleteRule: 'cascade',
    index: true,
    filters: throughDeleted,
  })
  organization!: LazyRef<Organization>;

  @Enum({ items: () => accessTypes, columnType: 'varchar(50)' })
  accessType!: AccessType;

  /** `null` is permanent. */
  @Property({ ...instant, nullable: true })
  expiresAt: Date | null = null;
}
