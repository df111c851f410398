import { Collection, type EntityName, type EntityRepositoryType, t } from '@mikro-orm/core';
import { Entity, OneToMany, Property, Unique } from '@mikro-orm/decorators/legacy';
import { OrganizationRepository } from '../repositories/organization.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { Content } from './content.entity.js';
import { OrganizationMembership } from './organization-membership.entity.js';
import { SoftDeletableEntity } from './soft-deletable.entity.js';

/** A team that publishes under one name. Its slug is taken only while it lives. */
@Entity({ tableName: 'organizations', repository: () => OrganizationRepository })
@Unique({ properties: ['slug'], where: { deletedAt: null } })
@ScopedBy({ org: 'id' }, ['update'])
export class Organization extends SoftDeletableEntity {
  declare [EntityName]?: 'Organization';
  declare [EntityRepositoryType]?: OrganizationRepository;

  @Property({ type: t.string, length: 255 })
  name!: string;

  /** Its place in URLs. */
  @Property({ type: t.string, length: 255 })
  slug!: string;

  @Property({ type: t.text, nullable: true })
  description: string | null = null;

  @Property({ type: t.text, nullable: true })
  logoUrl: string | null = null;

  @Property({ type: t.text, nullable: true })
  websiteUrl: string | null = null;

  @OneToMany({ entity: () => OrganizationMembership, mappedBy: 'organization' })
  memberships = new Collection<OrganizationMembership>(this);

  @OneToMany({ entity: () => Content, mappedBy: 'organization' })
  content = new Collection<Content>(this);
}
