/** A way in which rows are looked up, beside their keys. An index has to serve it. */
export interface AccessPath {
  table: string;
  /** What the index must lead with, in this order; `created_at desc` for a descending one. */
  columns: readonly string[];
  /** What is so for every row that is looked for, so that an index on such rows alone serves: `deleted_at is null`. */
  where?: readonly string[];
}

const isLive = 'deleted_at is null';

const toAllRows: Record<string, string[][]> = {
  accounts: [['user_id'], ['provider_id', 'account_id']],
  sessions: [['token'], ['user_id'], ['expires_at']],
  verification_tokens: [['identifier'], ['expires_at']],
  organization_memberships: [
    ['organization_id'],
    ['user_id'],
    ['invited_by'],
    ['organization_id', 'role'],
    ['organization_id', 'status'],
  ],
  media_items: [['creator_id'], ['creator_id', 'status'], ['creator_id', 'media_type']],
  content: [
    ['creator_id'],
    ['organization_id'],
    ['media_item_id'],
    ['slug', 'organization_id'],
    ['status'],
    ['published_at'],
    ['category'],
  ],
  content_access: [['user_id'], ['content_id'], ['organization_id']],
  purchases: [['customer_id'], ['content_id'], ['organization_id'], ['stripe_payment_intent_id'], ['created_at']],
  users: [['email']],
  video_playback: [['user_id'], ['content_id']],
};

const toSomeRows: AccessPath[] = [
  { table: 'organizations', columns: ['slug'], where: [isLive] },
  { table: 'content', columns: ['organization_id', 'published_at desc', 'id'], where: [isLive] },
  { table: 'content', columns: ['creator_id', 'created_at desc', 'id'], where: [isLive] },
  { table: 'content', columns: ['organization_id', 'slug'], where: [isLive] },
  { table: 'content', columns: ['creator_id', 'slug'], where: [isLive, 'organization_id is null'] },
];

/** How this package's own tables are read. */
export const ownAccessPaths: readonly AccessPath[] = [
  ...Object.entries(toAllRows).flatMap(([table, paths]) => paths.map((columns) => ({ table, columns }))),
  ...toSomeRows,
];
