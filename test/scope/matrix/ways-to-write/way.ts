import type { ScopedEntityManager } from '../../../../src/index.js';
import type { Subject } from '../subjects.js';

interface Way {
  name: string;
  /** The methods that it goes through, as `Class.method`. */
  covers: string[];
  /** Default: every entity. */
  appliesTo?: (subject: Subject) => boolean;
}

/** A way to do something to one row that there is. */
export interface RowWay<Inside = ScopedEntityManager> extends Way {
  /**
   * `update` changes the row by the subject's {@link changeOf}, `remove` deletes it or, if it has the mark, marks it,
   * `delete` deletes it for good.
   */
  does: 'update' | 'remove' | 'delete';
  /** Whether it does nothing to rows that are marked as deleted. */
  hidesDeleted: boolean;
  run(inside: Inside, subject: Subject, key: string): unknown;
}

/** A way to write a row with the given data. */
export interface DataWay<Inside = ScopedEntityManager> extends Way {
  /** `insert` makes a new row, `upsert` changes the one with the same key. */
  does: 'insert' | 'upsert';
  run(inside: Inside, subject: Subject, data: NewRow): unknown;
}

/** The data of one row, by property and by column. */
export interface NewRow {
  properties: Record<string, unknown>;
  columns: Record<string, unknown>;
}

/** A harmless change of each table's rows. */
const changes: Record<string, [column: string, value: unknown]> = {
  users: ['name', 'Changed'],
  accounts: ['provider_id', 'changed'],
  sessions: ['user_agent', 'changed'],
  verification_tokens: ['identifier', 'changed'],
  organizations: ['name', 'Changed'],
  organization_memberships: ['status', 'inactive'],
  media_items: ['title', 'Changed'],
  content: ['title', 'Changed'],
  content_access: ['access_type', 'preview'],
  purchases: ['status', 'refunded'],
  video_playback: ['duration_seconds', 601],
};

/** What an update does to the subject's rows: a column that no scope is about, and its new value. */
export function changeOf({ table, meta }: Subject): { column: string; property: string; value: unknown } {
  const [column, value] = changes[table]!;
  return { column, value, property: meta.props.find(({ fieldNames }) => fieldNames?.[0] === column)!.name };
}

/** The change by property. */
export const patchOf = (subject: Subject): Record<string, unknown> => {
  const { property, value } = changeOf(subject);
  return { [property]: value };
};

/** The change by column. */
export const setOf = (subject: Subject): Record<string, unknown> => {
  const { column, value } = changeOf(subject);
  return { [column]: value };
};

export const columnsOf = ({ columns }: NewRow): string =>
  Object.keys(columns)
    .map((column) => `"${column}"`)
    .join(', ');

export const marksOf = ({ columns }: NewRow): string =>
  Object.keys(columns)
    .map(() => '?')
    .join(', ');
