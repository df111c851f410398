import type { Collection } from '@mikro-orm/core';
import type { EntityManager } from '../../orm/entity-manager.js';
import { Draw } from './draw.js';

/** What a factory may be told: any value of the entity. What is told is taken as it is. */
export type Overrides<Entity> = {
  [Key in keyof Entity as Entity[Key] extends Collection<any> ? never : Key & string]?: Entity[Key];
};

const firstInstant = Date.UTC(2025, 0, 1);
const hour = 3_600_000;

/** Where factories take their choices and their time from. */
export class FactorySource {
  private readonly drawCounts = new Map<string, number>();
  private hours = 0;

  constructor(
    readonly em: EntityManager,
    private readonly seed: number,
    private readonly name: string,
  ) {}

  /** The choices for the next row of a table. */
  draw(table: string): Draw {
    const number = (this.drawCounts.get(table) ?? 0) + 1;
    this.drawCounts.set(table, number);
    return new Draw({ table, number, seed: this.seed, name: this.name });
  }

  /** The time at which the next row is made: an hour after the one before. */
  nextInstant(): Date {
    this.hours += 1;
    return new Date(firstInstant + this.hours * hour);
  }
}

/** The instant so many days later. */
export const daysAfter = (instant: Date, days: number): Date => new Date(instant.getTime() + days * 24 * hour);
