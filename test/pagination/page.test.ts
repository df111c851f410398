import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArgumentError, type PageRequest, withPagination } from '../../src/index.js';

const refusal = (request: unknown): InvalidArgumentError => {
  try {
    withPagination(request as PageRequest);
  } catch (error) {
    return error as InvalidArgumentError;
  }

  throw new Error('withPagination accepted the request.');
};

describe('withPagination', () => {
  test('starts on the first page with 20 rows', () => {
    expect(withPagination()).toEqual({ limit: 20, offset: 0 });
    expect(withPagination({})).toEqual({ limit: 20, offset: 0 });
    expect(withPagination({ page: undefined, limit: undefined })).toEqual({ limit: 20, offset: 0 });
  });

  test('skips the pages before', () => {
    expect(withPagination({ page: 2, limit: 20 })).toEqual({ limit: 20, offset: 20 });
    expect(withPagination({ page: 3, limit: 7 })).toEqual({ limit: 7, offset: 14 });
  });

  test('gives consecutive pages consecutive rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 100 }), (page, limit) => {
        const here = withPagination({ page, limit });
        const next = withPagination({ page: page + 1, limit });

        expect(here.limit).toBe(limit);
        expect(next.offset).toBe(here.offset + limit);
      }),
    );
  });

  test('takes the largest limit and nothing above it', () => {
    expect(withPagination({ limit: 100 }).limit).toBe(100);
    expect(refusal({ limit: 101 })).toMatchObject({ field: 'limit', code: 'INVALID_ARGUMENT' });
  });

  test.each(['page', 'limit'])('refuses a %s that is no whole number from 1 on, naming it', (field) => {
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', '', null, true, [1], {}, 1n]) {
      const error = refusal({ [field]: value });

      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error.field).toBe(field);
      expect(error.message).toContain(field);
    }
  });

  test('refuses a page whose offset leaves the safe integers', () => {
    expect(withPagination({ page: Number.MAX_SAFE_INTEGER, limit: 1 }).offset).toBe(Number.MAX_SAFE_INTEGER - 1);
    expect(refusal({ page: Number.MAX_SAFE_INTEGER, limit: 2 }).field).toBe('page');
  });
});
