/** One way to do the same thing as the others of its case. */
export type Variants = Record<string, () => Promise<unknown>>;

/** How much longer one way takes than another. */
export interface Ratio {
  median: number;
  /** The middle half of the rounds lies between these. */
  from: number;
  to: number;
}

export interface Comparison {
  /** Median milliseconds of the first variant. */
  milliseconds: number;
  /** The first variant's time divided by that of each other one, by its name. */
  ratios: Record<string, Ratio>;
}

/**
 * Times variants side by side: they take turns, so that whatever else the machine does slows them all.
 *
 * A round's ratio is that of its medians; each round gives one.
 */
export async function compare(variants: Variants, rounds: number, turns: number): Promise<Comparison> {
  const [first = '', ...others] = Object.keys(variants);
  const measured: Record<string, number>[] = [];
  await runRound(variants, turns);

  for (let round = 0; round < rounds; round += 1) {
    measured.push(await runRound(variants, turns));
  }

  return {
    milliseconds: quantile(
      measured.map((times) => times[first]!),
      0.5,
    ),
    ratios: Object.fromEntries(
      others.map((other) => {
        const ratios = measured.map((times) => times[first]! / times[other]!);
        return [other, { median: quantile(ratios, 0.5), from: quantile(ratios, 0.25), to: quantile(ratios, 0.75) }];
      }),
    ),
  };
}

/** The median of each variant's turns, in milliseconds. */
async function runRound(variants: Variants, turns: number): Promise<Record<string, number>> {
  const names = Object.keys(variants);
  const times = Object.fromEntries(names.map((name): [string, number[]] => [name, []]));

  for (let turn = 0; turn < turns; turn += 1) {
    // Whoever comes first pays for what the one before left behind.
    for (const name of [...names.slice(turn % names.length), ...names.slice(0, turn % names.length)]) {
      const start = performance.now();
      await variants[name]!();
      times[name]!.push(performance.now() - start);
    }
  }

  return Object.fromEntries(names.map((name) => [name, quantile(times[name]!, 0.5)]));
}

function quantile(values: number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)]!;
}
