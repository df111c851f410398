/** The tables that have `deleted_at`, under their names in the database. */
export const softDeletableTables: ReadonlySet<string> = new Set(['organizations', 'media_items', 'content']);

/** The columns that hold JSON. No other table has a column of the same name that does not. */
export const jsonColumns: ReadonlySet<string> = new Set(['tags']);

/** For each table that has secrets, the columns that are none: what `*` stands for. */
export const visibleColumns: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'accounts',
    [
      'id',
      'created_at',
      'updated_at',
      'user_id',
      'account_id',
      'provider_id',
      'access_token_expires_at',
      'refresh_token_expires_at',
      'scope',
    ],
  ],
  ['sessions', ['id', 'created_at', 'updated_at', 'user_id', 'expires_at', 'ip_address', 'user_agent']],
  ['verification_tokens', ['id', 'created_at', 'updated_at', 'identifier', 'expires_at']],
]);
