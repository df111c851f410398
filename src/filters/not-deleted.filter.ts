import type { FilterDef } from '@mikro-orm/core';

/**
 * Hides soft-deleted rows. On by default for every entity that has `deletedAt`.
 *
 * Look at deleted rows with `{ filters: { notDeleted: false } }`.
 */
export const notDeleted: FilterDef = {
  name: 'notDeleted',
  cond: { deletedAt: null },
  default: true,
};
