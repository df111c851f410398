import type { Scope } from '../../../src/index.js';
import { type Row, rows } from './world.js';

type Part = 'creator' | 'org' | 'user';
type Command = 'insert' | 'update' | 'delete';

/** The column that must equal the part, or a condition on the row for rows that the part sees but must not write. */
type Sight = string | { readOnly: (row: Row, value: string) => boolean };

/** What each table says of the parts of a scope. A part that is not named sees nothing of it. */
interface TableRule {
  sights: Partial<Record<Part, Sight>>;
  /** What a scope may do with the rows that it may write. */
  commands: Command[];
}

/**
 * What each scope sees and writes, as the data model says it, in words of its own: nothing here comes from the entities.
 */
export const rules: Record<string, TableRule> = {
  organizations: { sights: { org: 'id' }, commands: ['update'] },
  organization_memberships: {
    sights: { org: 'organization_id', user: 'user_id' },
    commands: ['insert', 'update', 'delete'],
  },
  media_items: {
    sights: { creator: 'creator_id', org: { readOnly: isUsedBy } },
    commands: ['insert', 'update'],
  },
  content: { sights: { creator: 'creator_id', org: 'organization_id' }, commands: ['insert', 'update'] },
  content_access: {
    sights: { org: 'organization_id', user: 'user_id' },
    commands: ['insert', 'update', 'delete'],
  },
  purchases: { sights: { org: 'organization_id', user: 'customer_id' }, commands: ['insert', 'update'] },
  video_playback: { sights: { user: 'user_id' }, commands: ['insert', 'update', 'delete'] },
  users: {
    sights: { creator: { readOnly: (row, creator) => row.id === creator }, org: { readOnly: worksFor }, user: 'id' },
    commands: ['update'],
  },
  accounts: { sights: {}, commands: [] },
  sessions: { sights: {}, commands: [] },
  verification_tokens: { sights: {}, commands: [] },
};

/** Tables of which no scope has anything. */
export const secretTables: readonly string[] = ['accounts', 'sessions', 'verification_tokens'];

/** A media item is used by an organization whose content has it, also where that content is marked as deleted. */
function isUsedBy(item: Row, organization: string): boolean {
  return rows.some(
    (row) => row.table === 'content' && row.media_item_id === item.id && row.organization_id === organization,
  );
}

/** Members of an organization, and creators of its content. */
function worksFor(user: Row, organization: string): boolean {
  return rows.some(
    (row) =>
      row.organization_id === organization &&
      ((row.table === 'organization_memberships' && row.user_id === user.id) ||
        (row.table === 'content' && row.creator_id === user.id)),
  );
}

const partsOf = (scope: Scope) => Object.entries(scope) as [Part, string][];

/** Whether the scope sees the row. */
export const isSeen = (scope: Scope, row: Row): boolean =>
  partsOf(scope).every(([part, value]) => {
    const sight = rules[row.table]!.sights[part];
    return typeof sight === 'string' ? row[sight] === value : sight?.readOnly(row, value);
  });

/** Whether the scope may do this to rows of the table that it sees. */
export const isAllowed = (scope: Scope, table: string, command: Command): boolean =>
  rules[table]!.commands.includes(command) &&
  partsOf(scope).every(([part]) => typeof rules[table]!.sights[part] === 'string');

/** Whether the scope may do this to the row. */
export const mayWrite = (scope: Scope, row: Row, command: Command): boolean =>
  isAllowed(scope, row.table, command) && isSeen(scope, row);

/** The columns that carry the scope in a row of the table, and their values. */
export const ownersOf = (scope: Scope, table: string): [column: string, value: string][] =>
  partsOf(scope).flatMap(([part, value]): [string, string][] => {
    const sight = rules[table]!.sights[part];
    return typeof sight === 'string' ? [[sight, value]] : [];
  });

/** One row of each sort that makes a difference to the scope: seen or not, writable or not, deleted or not, orgless or not. */
export function representatives(all: readonly Row[], scope: Scope): Row[] {
  const sorts = new Map(
    all.map((row) => {
      const isOrgless = row.organization_id === null;
      return [`${isSeen(scope, row)} ${mayWrite(scope, row, 'update')} ${!row.deleted_at} ${isOrgless}`, row];
    }),
  );

  return [...sorts.values()];
}
