import {
  BigIntType,
  Collection,
  type EntityName,
  type EntityRepositoryType,
  type LazyRef,
  type Opt,
  t,
} from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, OneToMany, Property } from '@mikro-orm/decorators/legacy';
import { MediaItemRepository } from '../repositories/media-item.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { readOnly, scopeDefault } from '../scope/visibility.js';
import { Content } from './content.entity.js';
import { CrossTableRule } from './cross-table-rule.js';
import { instant } from './instant.js';
import { SoftDeletableEntity } from './soft-deletable.entity.js';
import { User } from './user.entity.js';

export const mediaTypes = ['video', 'audio'] as const;
export type MediaType = (typeof mediaTypes)[number];

export const mediaStatuses = ['uploading', 'uploaded', 'transcoding', 'ready', 'failed'] as const;
export type MediaStatus = (typeof mediaStatuses)[number];

/** An uploaded video or audio file. Several contents may use it. */
@Entity({ tableName: 'media_items', repository: () => MediaItemRepository })
@Index({ properties: ['creator', 'status'] })
@Index({ properties: ['creator', 'mediaType'] })
@CrossTableRule({
  name: 'creator_of_content',
  table: 'media_items',
  events: ['update'],
  columns: ['creator_id'],
  holdsIf:
    '1 where not exists (select from public.content where media_item_id = new.id and creator_id <> new.creator_id)',
  // Content that came to use it meanwhile would not be seen.
  isOfNow: true,
  message: 'a media item must be of the same creator as each content that uses it',
})
@ScopedBy({
  creator: 'creator',
  org: readOnly(
    (item, organization) =>
      `exists (select from content where content.media_item_id = ${item}.id and content.organization_id = ${organization})`,
  ),
})
export class MediaItem extends SoftDeletableEntity {
  declare [EntityName]?: 'MediaItem';
  declare [EntityRepositoryType]?: MediaItemRepository;

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('creator'), deleteRule: 'restrict' })
  creator!: LazyRef<User>;

  @Property({ type: t.string, length: 255 })
  title!: string;

  @Property({ type: t.text, nullable: true })
  description: string | null = null;

  @Enum({ items: () => mediaTypes, columnType: 'varchar(50)' })
  mediaType!: MediaType;

  @Enum({ items: () => mediaStatuses, columnType: 'varchar(50)', default: 'uploading' })
  status: MediaStatus & Opt = 'uploading';

  /** Where the original lies in the R2 bucket. */
  @Property({ type: t.string, fieldName: 'r2_key', length: 500 })
  r2Key!: string;

  /** At most 2^53 − 1, the largest whole number that JavaScript counts exactly. */
  @Property({
    type: new BigIntType('number'),
    nullable: true,
    check: 'file_size_bytes >= 0 and file_size_bytes <= 9007199254740991',
  })
  fileSizeBytes: number | null = null;

  @Property({ type: t.string, length: 100, nullable: true })
  mimeType: string | null = null;

  @Property({ type: t.integer, nullable: true, check: 'duration_seconds >= 0' })
  durationSeconds: number | null = null;

  /** In pixels. */
  @Property({ type: t.integer, nullable: true, check: 'width >= 0' })
  width: number | null = null;

  /** In pixels. */
  @Property({ type: t.integer, nullable: true, check: 'height >= 0' })
  height: number | null = null;

  @Property({ type: t.string, length: 500, nullable: true })
  hlsMasterPlaylistKey: string | null = null;

  @Property({ type: t.string, length: 500, nullable: true })
  thumbnailKey: string | null = null;

  @Property({ ...instant, nullable: true })
  uploadedAt: Date | null = null;

  @OneToMany({ entity: () => Content, mappedBy: 'mediaItem' })
  content = new Collection<Content>(this);
}
