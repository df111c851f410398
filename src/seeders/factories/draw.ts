import { createHash } from 'node:crypto';
import { stableUuid } from '../stable-uuid.js';

interface DrawOptions {
  table: string;
  /** Which row of the table, from 1. */
  number: number;
  seed: number;
  /** Whose rows they are. */
  name: string;
}

/** The choices for one row. They follow from the seed, the identity of the row from the name. */
export class Draw {
  /** Ends what must be unique, such as a slug. */
  readonly suffix: string;
  /** A UUID that no other row has. */
  readonly uuid: string;
  private readonly random: () => number;

  constructor({ table, number, seed, name }: DrawOptions) {
    this.suffix = `${name}-${number}`;
    this.uuid = stableUuid(`factories/${name}/${table}/${number}`);
    this.random = mulberry32(createHash('sha1').update(`${seed}/${table}/${number}`).digest().readUInt32BE());
  }

  /** One of the items. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.integer(0, items.length - 1)]!;
  }

  /** A whole number from `least` to `most`. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }
}

/** Evenly spread numbers from 0 to below 1 that follow from the seed alone. */
function mulberry32(seed: number): () => number {
  let state = seed;

  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
