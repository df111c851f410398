import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { PostgreSqlPlatform } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PostgresError, QueryFailedError } from '../../src/edge/index.js';
import { InvalidArgumentError } from '../../src/errors/database-error.js';
import { asQueryFailedError, withoutValues } from '../../src/errors/without-values.js';
import { getErrorDetail, isUniqueViolation } from '../../src/index.js';
import { marker, print } from '../secrets/canary.js';

/** Text around the marker that tries to look like a stack, a cause or a format. */
const words = fc
  .array(fc.constantFrom('\n    at ', '\n', '%s', '"', ' - detail: ', '\\', ': ', 'Error: ', 'x'), { maxLength: 5 })
  .map((parts) => `${parts.join('')}${marker}${parts.reverse().join('')}`);
const name = fc.constantFrom(undefined, 'users', 'users_email_unique', 'email');

/** An error as a driver throws it, with the marker wherever PostgreSQL may write a value. */
const driverError = fc
  .record({
    message: words,
    fields: fc.record({
      code: fc.constantFrom('23505', '23503', '23502', '23514', '23P01', '22P02', '42501', '40001', 'P0001', 'CX001'),
      detail: fc.option(words, { nil: undefined }),
      hint: fc.option(words, { nil: undefined }),
      where: fc.option(words, { nil: undefined }),
      internalQuery: fc.option(words, { nil: undefined }),
      constraint: name,
      table: name,
      column: name,
    }),
  })
  .map(({ message, fields }) => Object.assign(new Error(message), fields));

const converter = new PostgreSqlPlatform().getExceptionConverter();

describe('an error of PostgreSQL, whatever it quotes', () => {
  test('shows no value: as itself, as an exception of MikroORM and as an error of this package', () => {
    fc.assert(
      fc.property(driverError, fc.nat(3), (error, causes) => {
        let thrown: unknown = error;

        for (let count = 0; count < causes; count++) {
          thrown = new Error('around', { cause: thrown });
        }

        const redacted = withoutValues(thrown) as Error;
        const exception = converter.convertException(redacted);
        const failed = asQueryFailedError(causes % 2 ? exception : redacted);

        for (const shown of [redacted, exception, failed]) {
          expect(print(shown)).not.toContain(marker);
          expect(getErrorDetail(shown)).toBe(error.detail || undefined);
        }

        const { code, constraint, table, column } = error;
        expect(redacted).toMatchObject(JSON.parse(JSON.stringify({ code, constraint, table, column })));
        expect(exception).toMatchObject(JSON.parse(JSON.stringify({ code, constraint, table, column })));
        expect(failed).toMatchObject({ sqlState: code, constraint, table, column, message: redacted.message });
        expect((failed as QueryFailedError).cause).toBe(redacted.cause);
        expect((redacted.cause as PostgresError).reveal('message')).toBe(error.message);
      }),
    );
  });
});

describe('asQueryFailedError', () => {
  test('takes what a driver throws, and what stands around it', () => {
    const error = Object.assign(new Error('duplicate'), { code: '23505', constraint: 'c', detail: 'Key (a)=(1)' });

    for (const thrown of [error, { ...error }, new Error('outer', { cause: error })]) {
      const failed = asQueryFailedError(thrown);

      expect(failed).toBeInstanceOf(QueryFailedError);
      expect(failed).toMatchObject({ sqlState: '23505', constraint: 'c', isRetryable: false });
      expect([isUniqueViolation(failed), getErrorDetail(failed)]).toEqual([true, 'Key (a)=(1)']);
    }

    const exception = converter.convertException(withoutValues(error) as Error);
    expect(exception).toBeInstanceOf(UniqueConstraintViolationException);
    expect(asQueryFailedError(exception)).toMatchObject({ message: exception.message });
  });

  test('returns all else as it is', () => {
    const failed = new QueryFailedError({ code: '23505' });
    const own = new InvalidArgumentError('id', 'Wrong.');
    own.cause = failed;

    for (const thrown of [failed, own, new Error('plain'), { code: 'EPIPE' }, undefined, null, 'text', 42]) {
      expect(asQueryFailedError(thrown)).toBe(thrown);
    }
  });
});
