import { expect } from 'vitest';
import { tokensOf } from '../../sql/tokens.js';
import { whileListening } from '../statements/statements.js';

export interface NPlusOneOptions {
  /** How often the same query may be sent. Default 2. Without effect where the work takes a size. */
  atMost?: number | undefined;
  /** With how many rows the work is run, where it takes a size. Default 3, then 6. */
  sizes?: readonly [fewer: number, more: number] | undefined;
}

/**
 * Fails if work sends a query for each row of another query.
 *
 * Queries are the same if they differ in their values only. Work that takes a size makes and reads that many rows: it is
 * run twice, and no query may be sent more often for more rows. Other work is run once, and no query may be sent more often
 * than `atMost` says: let it read more rows than that.
 *
 * @throws {Error} if the work sends no query at all through an ORM of the harness.
 *
 * @example
 * await expectNoNPlusOne(() => em.find(Content, {}, { populate: ['creator'] }));
 */
export async function expectNoNPlusOne(
  work: (size: number) => unknown,
  { atMost = 2, sizes: [fewer, more] = [3, 6] }: NPlusOneOptions = {},
): Promise<void> {
  const first = await countQueries(work, fewer);

  if (work.length === 0) {
    const repeated = [...first].filter(([, count]) => count > atMost);
    report(
      repeated.map(([shape, count]) => `  ${count} times: ${shape}`),
      `The same query was sent more than ${atMost} times: one for each row, it seems.`,
    );
    return;
  }

  const second = await countQueries(work, more);
  const grown = [...second].filter(([shape, count]) => count > (first.get(shape) ?? 0));
  report(
    grown.map(
      ([shape, count]) => `  ${first.get(shape) ?? 0} times for ${fewer}, ${count} times for ${more}: ${shape}`,
    ),
    'More rows take more queries.',
  );
}

async function countQueries(work: (size: number) => unknown, size: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let isSeen = false;
  await whileListening(
    (sql) => {
      isSeen = true;
      const shape = shapeOf(sql);
      isQuery(shape) && counts.set(shape, (counts.get(shape) ?? 0) + 1);
    },
    () => work(size),
  );

  if (!isSeen) {
    throw new Error(
      'The work has sent no statement that the harness could see. Let it use the fixtures orm or em, and await all that it does.',
    );
  }

  return counts;
}

function report(lines: string[], summary: string): void {
  if (lines.length > 0) {
    expect.fail([summary, ...lines, 'Populate the relation, or ask for all rows at once with $in.'].join('\n'));
  }
}

/** What reads and writes nothing. */
const isQuery = (shape: string): boolean => /^\(?\s*(select|with|values|table)\b/i.test(shape);

/** The statement without its values, whichever way they are given, and however many are in a list. */
function shapeOf(sql: string): string {
  return [...tokensOf(sql)]
    .map(({ kind, text }) => (kind === 'literal' || kind === 'parameter' ? '?' : text))
    .join(' ')
    .replaceAll(/\? (, \? )+/g, '? ')
    .replaceAll(/ ?(::|[.(]) ?/g, '$1')
    .replaceAll(/ ([),])/g, '$1');
}
