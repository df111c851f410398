import type { FilterDef } from '@mikro-orm/core';
import { requireUuid } from '../errors/arguments.js';
import { scopeFilter } from './scope-filter.js';

/**
 * Keeps the rows of one organization: `{ filters: { org: { orgId } } }`.
 *
 * @param property the property that holds the organization's key.
 * @throws {InvalidArgumentError} before any SQL, unless `orgId` is a UUID.
 */
export const org = (property = 'organization'): FilterDef =>
  scopeFilter({ name: 'org', argument: 'orgId', property, check: requireUuid });
