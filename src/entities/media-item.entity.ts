import {
  BigIntType,
  Collection,
  type EntityName,
  type EntityRepositoryType,
  type LazyRef,
  type Opt,
  t,
} from '@mikro-orm/core';
import { Entity, Enum, Filter, Index, ManyToOne, OneToMany, Property } from '@mikro-orm/decorators/legacy';
import { creator } from '../filters/creator.filter.js';
import { MediaItemRepository } from '../repositories/media-item.repository.js';
import { Content } from './content.entity.js';
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
@Filter(creator)
export class MediaItem extends SoftDeletableEntity {
  declare [EntityName]?: 'MediaItem';
  declare [EntityRepositoryType]?: MediaItemRepository;

  @ManyToOne({ entity: () => User, deleteRule: 'restrict' })
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
