import { hasSeveral, normalized } from './normalized.js';

/** Statements that do no harm, and change nothing, when they run again: what may stand outside of a transaction. */
const rerunnable = [
  /^create (unique )?index concurrently if not exists /i,
  /^drop index concurrently if exists /i,
  /^alter type \S+ add value if not exists /i,
  /^alter table (only )?\S+ validate constraint ("[^"]+"|\w+)$/i,
  /^(vacuum|analyze)\b/i,
  /^(set|reset) /i,
  /^select 1$/i,
];

/** Whether a run that was killed may run the statement again. Several statements in one are one transaction, and are not. */
export const isRerunnable = (sql: string): boolean =>
  !hasSeveral(sql) && rerunnable.some((form) => form.test(normalized(sql)));

export interface ConcurrentIndex {
  name: string;
  /** As SQL has it, with its schema where that is given. */
  table: string;
}

const name = String.raw`"(?:[^"]|"")+"|[\w$]+`;
const concurrentIndex = new RegExp(
  String.raw`^create (?:unique )?index concurrently (?:if not exists )?(${name}) on (?:only )?((?:(?:${name})\.)?(?:${name}))`,
  'i',
);

/** The index that a statement builds while its table is in use. */
export function concurrentIndexOf(sql: string): ConcurrentIndex | undefined {
  const [, index, table] = concurrentIndex.exec(normalized(sql)) ?? [];

  return index && table ? { name: unquoted(index), table } : undefined;
}

/** An identifier as the catalog has it. */
const unquoted = (identifier: string): string =>
  identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier.toLowerCase();
