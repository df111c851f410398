import type { EntityName, EntityRepositoryType, LazyRef, Opt } from '@mikro-orm/core';
import { t } from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, Property, Trigger, Unique } from '@mikro-orm/decorators/legacy';
import { ContentRepository } from '../repositories/content.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { scopeDefault } from '../scope/visibility.js';
import { CrossTableRule } from './cross-table-rule.js';
import { instant } from './instant.js';
import { MediaItem } from './media-item.entity.js';
import { Organization } from './organization.entity.js';
import { SoftDeletableEntity } from './soft-deletable.entity.js';
import { User } from './user.entity.js';

export const contentTypes = ['video', 'audio', 'written'] as const;
export type ContentType = (typeof contentTypes)[number];

export const contentVisibilities = ['public', 'private', 'members_only', 'purchased_only'] as const;
export type ContentVisibility = (typeof contentVisibilities)[number];

export const contentStatuses = ['draft', 'published', 'archived'] as const;
export type ContentStatus = (typeof contentStatuses)[number];

/**
 * What a creator offers: a video, an audio or a text, under an organization's name or under the creator's own.
 *
 * Its slug is unique among the live contents of its organization, or of its creator where it has no organization. When
 * its organization is deleted for good it becomes a draft of its creator, so that it never turns up published on the
 * creator's own page; if the creator already uses the slug, the draft's slug ends in its id.
 */
@Entity({ tableName: 'content', repository: () => ContentRepository })
@Unique({ properties: ['organization', 'slug'], where: { organization: { $ne: null }, deletedAt: null } })
@Unique({ properties: ['creator', 'slug'], where: { organization: null, deletedAt: null } })
@Index({ properties: ['creator', 'organization'] })
@Index({ properties: ['mediaItem', 'organization'] })
@Index({ properties: ['slug', 'organization'] })
@Index({
  name: 'content_organization_newest_index',
  properties: ['organization', 'publishedAt', 'id'],
  columns: [{ name: 'organization_id' }, { name: 'published_at', sort: 'desc' }, { name: 'id' }],
  where: { deletedAt: null },
})
@Index({
  name: 'content_creator_newest_index',
  properties: ['creator', 'createdAt', 'id'],
  columns: [{ name: 'creator_id' }, { name: 'created_at', sort: 'desc' }, { name: 'id' }],
  where: { deletedAt: null },
})
@Trigger({
  name: 'detach_from_organization',
  timing: 'before',
  events: ['update'],
  body: [
    'if old.organization_id is not null and new.organization_id is null then',
    `new.status := 'draft';`,
    'new.published_at := null;',
    'if new.deleted_at is null and exists (',
    'select from content as other where other.creator_id = new.creator_id and other.slug = new.slug',
    'and other.id <> new.id and other.organization_id is null and other.deleted_at is null',
    ') then',
    `new.slug := left(new.slug, 463) || '-' || new.id;`,
    'end if;',
    'end if;',
    'return new;',
  ].join(' '),
})
@CrossTableRule({
  name: 'media_item_of_creator',
  table: 'content',
  events: ['insert', 'update'],
  columns: ['media_item_id', 'creator_id'],
  // Locked, so that the media item cannot pass to another creator at the same time.
  holdsIf: '1 from public.media_items where id = new.media_item_id and creator_id = new.creator_id for share',
  message: 'the media item of a content must exist and be of the same creator',
})
@ScopedBy({ creator: 'creator', org: 'organization' })
export class Content extends SoftDeletableEntity {
  declare [EntityName]?: 'Content';
  declare [EntityRepositoryType]?: ContentRepository;

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('creator'), deleteRule: 'restrict' })
  creator!: LazyRef<User>;

  /** `null` for what a creator publishes under the own name. */
  @ManyToOne({
    entity: () => Organization,
    defaultRaw: scopeDefault('org'),
    deleteRule: 'set null',
    nullable: true,
    index: true,
  })
  organization: LazyRef<Organization> | null = null;

  /** `null` for a text, or while nothing is uploaded. */
  @ManyToOne({ entity: () => MediaItem, deleteRule: 'set null', nullable: true })
  mediaItem: LazyRef<MediaItem> | null = null;

  @Property({ type: t.string, length: 500 })
  title!: string;

  /** Its place in URLs. */
  @Property({ type: t.string, length: 500 })
  slug!: string;

  @Property({ type: t.text, nullable: true })
  description: string | null = null;

  @Enum({ items: () => contentTypes, columnType: 'varchar(50)' })
  contentType!: ContentType;

  @Property({ type: t.text, nullable: true })
  thumbnailUrl: string | null = null;

  /** The text itself, for written content. */
  @Property({ type: t.text, nullable: true })
  contentBody: string | null = null;

  @Property({ type: t.string, length: 100, nullable: true, index: true })
  category: string | null = null;

  @Property({
    type: t.json,
    columnType: 'jsonb',
    defaultRaw: `'[]'::jsonb`,
    check: `jsonb_typeof(tags) = 'array' and not jsonb_path_exists(tags, 'strict $[*] ? (@.type() != "string")', '{}', true)`,
  })
  tags: string[] & Opt = [];

  @Enum({ items: () => contentVisibilities, columnType: 'varchar(50)', default: 'purchased_only' })
  visibility: ContentVisibility & Opt = 'purchased_only';

  /** `null` is free. */
  @Property({ type: t.integer, nullable: true, check: 'price_cents >= 0' })
  priceCents: number | null = null;

  @Enum({ items: () => contentStatuses, columnType: 'varchar(50)', default: 'draft', index: true })
  status: ContentStatus & Opt = 'draft';

  @Property({ ...instant, nullable: true, index: true })
  publishedAt: Date | null = null;

  @Property({ type: t.integer, default: 0, check: 'view_count >= 0' })
  viewCount: number & Opt = 0;

  @Property({ type: t.integer, default: 0, check: 'purchase_count >= 0' })
  purchaseCount: number & Opt = 0;
}
