/** The tables that have `deleted_at`, under their names in the database. */
export const softDeletableTables: ReadonlySet<string> = new Set(['organizations', 'media_items', 'content']);

/** The columns that hold JSON. No other table has a column of the same name that does not. */
export const jsonColumns: ReadonlySet<string> = new Set(['tags']);
