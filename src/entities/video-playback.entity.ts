import type { EntityName, EntityRepositoryType, LazyRef, Opt } from '@mikro-orm/core';
import { t } from '@mikro-orm/core';
import { Entity, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy';
import { VideoPlaybackRepository } from '../repositories/video-playback.repository.js';
import { ScopedBy } from '../scope/scoped-by.js';
import { scopeDefault } from '../scope/visibility.js';
import { Content } from './content.entity.js';
import { throughDeleted } from './history.js';
import { IdentifiedEntity } from './identified.entity.js';
import { User } from './user.entity.js';

/** How far one user has come in one content. Written by {@link VideoPlaybackRepository.saveProgress}. */
@Entity({ tableName: 'video_playback', repository: () => VideoPlaybackRepository })
@Unique({ properties: ['user', 'content'] })
@ScopedBy({ user: 'user' })
export class VideoPlayback extends IdentifiedEntity {
  declare [EntityName]?: 'VideoPlayback';
  declare [EntityRepositoryType]?: VideoPlaybackRepository;

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('user'), deleteRule: 'cascade' })
  user!: LazyRef<User>;

  @ManyToOne({ entity: () => Content, deleteRule: 'cascade', index: true, filters: throughDeleted })
  content!: LazyRef<Content>;

  @Property({ type: t.integer, default: 0, check: 'position_seconds >= 0' })
  positionSeconds: number & Opt = 0;

  @Property({ type: t.integer, check: 'duration_seconds >= 0' })
  durationSeconds!: number;

  /** True once 95 % was watched, and from then on. */
  @Property({ type: t.boolean, default: false })
  completed: boolean & Opt = false;
}
