import { type Opt, raw } from '@mikro-orm/core';
import { Entity, Property, Trigger } from '@mikro-orm/decorators/legacy';
import { instant } from './instant.js';

/**
 * Knows when it was created and last changed.
 *
 * The database keeps `updated_at`, whoever writes the row, and moves it forward on every update: by at least a
 * millisecond, so that two updates can always be told apart.
 */
@Entity({ abstract: true })
@Trigger({
  name: 'touch_updated_at',
  timing: 'before',
  events: ['update'],
  body: `new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new`,
})
export abstract class TimestampedEntity {
  @Property({ ...instant, defaultRaw: 'now()' })
  createdAt!: Date & Opt;

  // The raw expression makes the update return the trigger's value, so that the entity in memory has it too.
  @Property({ ...instant, defaultRaw: 'now()', onUpdate: () => raw('now()') })
  updatedAt!: Date & Opt;
}
