import type { FilterDef } from '@mikro-orm/core';
import { requireText } from '../errors/arguments.js';
import { scopeFilter } from './scope-filter.js';

/**
 * Keeps the rows of one user: `{ filters: { user: { userId } } }`.
 *
 * @param property the property that holds the user's key.
 * @throws {InvalidArgumentError} before any SQL, unless `userId` is a non-empty string.
 */
export const user = (property = 'user'): FilterDef =>
  scopeFilter({ name: 'user', argument: 'userId', property, check: requireText });
