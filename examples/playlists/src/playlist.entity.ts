import { IdentifiedEntity, ScopedBy, scopeDefault, User } from '@codex/database';
import { type EntityName, type LazyRef, type Opt, t } from '@mikro-orm/core';
import { Entity, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy';

/** A list of what a creator recommends. Its name is the creator's own: another one may use it too. */
@Entity({ tableName: 'playlists' })
@Unique({ properties: ['creator', 'name'] })
@ScopedBy({ creator: 'creator' })
export class Playlist extends IdentifiedEntity {
  declare [EntityName]?: 'Playlist';

  @ManyToOne({ entity: () => User, defaultRaw: scopeDefault('creator'), deleteRule: 'cascade' })
  creator!: LazyRef<User>;

  @Property({ type: t.string, length: 120, check: `name <> ''` })
  name!: string;

  /** Where it stands on the creator's page, from 0 on. */
  @Property({ type: t.integer, default: 0, check: 'position >= 0' })
  position: number & Opt = 0;
}
