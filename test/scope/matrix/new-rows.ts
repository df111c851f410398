import type { Scope } from '../../../src/index.js';
import { ownersOf } from './expectation.js';
import { propertyOf, type Subject } from './subjects.js';
import type { NewRow } from './ways-to-write/way.js';
import { idOf, organizations, type Row } from './world.js';

/** Who owns a new row: whom the scope says, nobody that is named, or somebody else in one of the columns. */
export interface NewRowVariant {
  name: string;
  isWithin: boolean;
  data: NewRow;
}

const bases: Record<string, Record<string, unknown>> = {
  users: { id: 'new', name: 'New', email: 'new@example.org' },
  accounts: { id: 'new', account_id: 'new', provider_id: 'new', user_id: 'stranger' },
  sessions: { id: 'new', token: 'new', user_id: 'stranger', expires_at: new Date('2030-01-01') },
  verification_tokens: { id: 'new', identifier: 'new', value: 'new', expires_at: new Date('2030-01-01') },
  organizations: { name: 'New', slug: 'new' },
  organization_memberships: { organization_id: organizations.a, user_id: 'stranger', role: 'member', status: 'active' },
  media_items: { creator_id: 'creator-a', title: 'New', media_type: 'video', r2_key: 'new', status: 'uploading' },
  content: {
    creator_id: 'creator-a',
    title: 'New',
    slug: 'new',
    content_type: 'written',
    status: 'draft',
    visibility: 'private',
    view_count: 0,
    purchase_count: 0,
  },
  content_access: {
    user_id: 'stranger',
    content_id: idOf('content', 'guest of a'),
    organization_id: organizations.a,
    access_type: 'preview',
  },
  purchases: {
    customer_id: 'stranger',
    content_id: idOf('content', 'guest of a'),
    organization_id: organizations.a,
    amount_paid_cents: 1,
    currency: 'usd',
    stripe_payment_intent_id: 'new',
    status: 'pending',
  },
  video_playback: {
    user_id: 'stranger',
    content_id: idOf('content', 'guest of a'),
    position_seconds: 0,
    duration_seconds: 1,
    completed: false,
  },
};

/** Somebody else, for each column that carries a scope. */
const foreigners: Record<string, string> = {
  organization_id: organizations.b,
  creator_id: 'creator-b',
  user_id: 'buyer-b',
  customer_id: 'buyer-b',
};

/** New rows of the subject: within the scope, left to the scope, and out of it. */
export function newRows(scope: Scope, subject: Subject): NewRowVariant[] {
  // Whatever is sold or given needs content, and others have none.
  if (scope.org && scope.org !== organizations.a && 'content_id' in bases[subject.table]!) {
    return [];
  }

  const owners = Object.fromEntries(ownersOf(scope, subject.table));
  const base = { ...bases[subject.table], ...owners };
  const left = Object.entries(base).filter(([column]) => !(column in owners));

  return [
    { name: 'within the scope', isWithin: true, data: newRow(subject, base) },
    { name: 'left to the scope', isWithin: true, data: newRow(subject, Object.fromEntries(left)) },
    ...Object.keys(owners)
      .filter((column) => column in foreigners)
      .map((column) => ({
        name: `with a foreign ${column}`,
        isWithin: false,
        data: newRow(subject, {
          ...base,
          [column]: foreigners[column],
          // Access and purchases name the organization of their content.
          ...(column === 'organization_id' && 'content_id' in base && { content_id: idOf('content', 'guest of b') }),
        }),
      })),
  ];
}

/** The data of a row that there is, made the scope's own, with a change. */
export function ownVersionOf(row: Row, scope: Scope, subject: Subject, change: Record<string, unknown>): NewRow {
  const { table, ...columns } = row;
  return newRow(subject, { ...columns, ...Object.fromEntries(ownersOf(scope, table)), ...change, id: row.id });
}

const newRow = (subject: Subject, columns: Record<string, unknown>): NewRow => ({
  columns,
  properties: Object.fromEntries(
    Object.entries(columns).map(([column, value]) => [propertyOf(subject, column), value]),
  ),
});
