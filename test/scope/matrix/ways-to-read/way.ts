import type { Scope, ScopedEntityManager } from '../../../../src/index.js';
import { mayWrite } from '../expectation.js';
import type { Subject } from '../subjects.js';
import type { Row } from '../world.js';

interface Way {
  name: string;
  /** The methods that it goes through, as `Class.method`. */
  covers: string[];
  /** Whether rows that are marked as deleted stay hidden, in entities that have the mark. */
  hidesDeleted: boolean;
  /** Default: every entity. */
  appliesTo?: (subject: Subject) => boolean;
  /** Rows that it would find if it found all that the scope sees. Default: all. */
  reaches?: (row: Row, subject: Subject, scope: Scope) => boolean;
}

/** A way that reads whatever there is. */
export interface ListWay<Inside = ScopedEntityManager> extends Way {
  /** The keys of the rows that it finds. */
  list(inside: Inside, subject: Subject): Promise<string[]>;
}

/** A way that asks for one row by its key, or by something that only this row has. */
export interface KeyWay<Inside = ScopedEntityManager> extends Way {
  /** Whether each row is asked for, and not only one of each sort: where it depends on the rows beside it. */
  asksForAll?: boolean;

  /** What it finds: the row's key means that the row was seen. */
  ask(inside: Inside, subject: Subject, key: string): Promise<unknown>;
}

export type ReadWay<Inside = ScopedEntityManager> = ListWay<Inside> | KeyWay<Inside>;

export const keysOf = (found: readonly unknown[]): string[] =>
  found.map((each) => `${Reflect.get(each as object, 'id')}`);

export async function keysIn(found: AsyncIterable<unknown>): Promise<string[]> {
  const keys: string[] = [];

  for await (const each of found) {
    keys.push(...keysOf([each]));
  }

  return keys;
}

export const keyOf = (found: unknown): unknown =>
  typeof found === 'object' && found !== null ? Reflect.get(found, 'id') : found;

/** Answers by the key where a row is counted. */
export const keyIf = (key: string, isFound: unknown): string | null => (isFound ? key : null);

export const shown = { filters: { notDeleted: false } } as const;

/** PostgreSQL locks rows for those who may also change them. */
export const isLockable = (row: Row, _subject: Subject, scope: Scope): boolean => mayWrite(scope, row, 'update');
