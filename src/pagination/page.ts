import { InvalidArgumentError } from '../errors/database-error.js';

/** Which page of a list: both numbers count from 1. */
export interface PageRequest {
  /** Default 1. */
  page?: number | undefined;
  /** Rows on a page, 1 to 100. Default 20. */
  limit?: number | undefined;
}

/** The same page in SQL's terms, ready to spread into find options. */
export interface PageWindow {
  limit: number;
  offset: number;
}

/** The most rows that one page may ask for. */
const largestLimit = 100;

/**
 * Turns a 1-based page into `limit` and `offset`.
 *
 * @example
 * withPagination({ page: 2, limit: 20 }); // { limit: 20, offset: 20 }
 *
 * @throws {InvalidArgumentError} naming the field, unless both are whole numbers, `page` at least 1, `limit` from 1 to
 *   100, and the offset a safe integer.
 */
export function withPagination({ page = 1, limit = 20 }: PageRequest = {}): PageWindow {
  requireWholeNumber('limit', limit, largestLimit);
  requireWholeNumber('page', page, Number.MAX_SAFE_INTEGER);
  const offset = (page - 1) * limit;

  if (!Number.isSafeInteger(offset)) {
    throw new InvalidArgumentError(
      'page',
      `page is too large: its offset at ${limit} rows a page is not a safe integer.`,
    );
  }

  return { limit, offset };
}

function requireWholeNumber(field: string, value: unknown, largest: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > largest) {
    throw new InvalidArgumentError(field, `${field} must be a whole number from 1 to ${largest}.`);
  }
}

/** One page of a list, with what is needed to offer the others. */
export interface Page<T> {
  items: T[];
  /** Rows on all pages together. */
  totalCount: number;
  /** Counts from 1. */
  page: number;
  limit: number;
}

/** Puts the result of a `findAndCount` into the page that its window asked for. */
export function toPage<T>([items, totalCount]: [T[], number], { limit, offset }: PageWindow): Page<T> {
  return { items, totalCount, page: offset / limit + 1, limit };
}
