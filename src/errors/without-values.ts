import { DatabaseError } from './database-error.js';
import { PostgresError, placesOf } from './postgres-error.js';
import { describeFailure, QueryFailedError, type QueryFailureContext } from './query-failed-error.js';
import { causesOf, findPostgresError } from './sqlstate.js';

/**
 * A driver's error without the values that PostgreSQL put into it, still in the form in which `pg` gives it: `code`,
 * `constraint`, `table` and the other names are its properties.
 *
 * The message says what happened and where. The cause keeps the rest, and `getErrorDetail` finds the detail there.
 * Whatever is no error of PostgreSQL is returned as it is.
 *
 * @param contextOf what else is known of it
 */
export function withoutValues(
  thrown: unknown,
  contextOf: (source: object) => QueryFailureContext = () => ({}),
): unknown {
  const found = findPostgresError(thrown);

  if (!found) {
    return thrown;
  }

  const context = contextOf(found.error);
  const cause = keptBy(found.error, found.code) ?? new PostgresError(found.error, context.near);
  const message = thrown instanceof DatabaseError ? thrown.message : describeFailure(cause, context);

  return Object.assign(new Error(message, { cause }), { name: 'error' }, placesOf(cause));
}

/**
 * Turns an error of PostgreSQL, whatever threw it, into a {@link QueryFailedError}: a driver's, MikroORM's or Kysely's,
 * also as a cause. This package's own errors, and all others, are returned as they are.
 */
export function asQueryFailedError(thrown: unknown): unknown {
  const found = thrown instanceof DatabaseError ? undefined : findPostgresError(thrown);

  return found ? new QueryFailedError(keptBy(found.error, found.code) ?? found.error) : thrown;
}

/** What an error without values keeps of the one that it stands for. */
const keptBy = (error: object, code: string): PostgresError | undefined =>
  [...causesOf(error)].find((cause) => cause instanceof PostgresError && cause.code === code) as
    | PostgresError
    | undefined;
