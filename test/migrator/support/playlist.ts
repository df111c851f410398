import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { User } from '../../../src/index.js';

/** An entity of a package above this one. */
@Entity({ tableName: 'playlists' })
export class Playlist {
  @PrimaryKey({ type: 'uuid', defaultRaw: 'gen_random_uuid()' })
  id!: string;

  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  owner!: Rel<User>;

  @Property({ type: 'text' })
  name!: string;
}
