import type { FilterDef } from '@mikro-orm/core';
import { requireText } from '../errors/arguments.js';
import { scopeFilter } from './scope-filter.js';

/**
 * Keeps the rows of one creator: `{ filters: { creator: { creatorId } } }`.
 *
 * @throws {InvalidArgumentError} before any SQL, unless `creatorId` is a non-empty string.
 */
export const creator: FilterDef = scopeFilter({
  name: 'creator',
  argument: 'creatorId',
  property: 'creator',
  check: requireText,
});
