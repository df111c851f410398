import type { Sequence } from '../catalog.js';
import { type Facts, plain, quote, type Rule } from '../rule.js';

/** Above this share of its range a sequence is near its end. At the usual growth, that leaves time for a migration. */
const nearEnd = 0.75;

/** What crashes, haste and time leave behind. */
export const healthRules: Rule[] = [
  { name: 'every index is valid', findFaults: findInvalidIndexes },
  { name: 'every constraint is validated', findFaults: findInvalidConstraints },
  { name: 'no sequence is near its end', findFaults: findSequences },
];

function findInvalidIndexes({ catalog }: Facts): string[] {
  return catalog.indexes
    .filter(({ isValid }) => !isValid)
    .map(
      ({ schema, table, name }) =>
        `the index ${name} on ${plain(schema, table)} is invalid and serves no query: reindex index concurrently ${quote(schema, name)}`,
    );
}

function findInvalidConstraints({ catalog }: Facts): string[] {
  return catalog.constraints
    .filter(({ isValid, isEnforced }) => !isValid || !isEnforced)
    .map(({ schema, table, name, isEnforced }) =>
      isEnforced
        ? `the constraint ${name} on ${plain(schema, table)} was never validated, so rows may break it: alter table ${quote(schema, table)} validate constraint ${quote(name)}`
        : `the constraint ${name} on ${plain(schema, table)} is not enforced: drop it and add it as an enforced one`,
    );
}

function findSequences({ catalog }: Facts): string[] {
  return catalog.sequences.flatMap((sequence) => {
    const name = plain(sequence.schema, sequence.name);

    if (!sequence.isReadable) {
      return [
        `the login must not see how far the sequence ${name} is: grant select on sequence ${quote(sequence.schema, sequence.name)} to it`,
      ];
    }

    return isNearEnd(sequence)
      ? [
          `the sequence ${name}${fills(sequence)} has used ${Math.floor((sequence.usedShare ?? 0) * 100)} % of its range: give the column and the sequence the type bigint, or a higher maximum`,
        ]
      : [];
  });
}

const isNearEnd = ({ usedShare, cycles }: Sequence): boolean => !cycles && usedShare !== null && usedShare > nearEnd;

const fills = ({ columns }: Sequence): string => (columns.length > 0 ? `, which fills ${columns.join(', ')},` : '');
