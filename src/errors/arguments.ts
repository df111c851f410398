import { InvalidArgumentError } from './database-error.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws {InvalidArgumentError} unless the value is a non-empty string. */
export function requireText(field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') {
    throw new InvalidArgumentError(field, `${field} must be a non-empty string.`);
  }
}

/** @throws {InvalidArgumentError} unless the value is a UUID. */
export function requireUuid(field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || !uuid.test(value)) {
    throw new InvalidArgumentError(field, `${field} must be a UUID.`);
  }
}

/**
 * A condition on exactly these values.
 *
 * MikroORM would turn `null` into `is null`, an array into `in (…)` and an object into operators such as `$ne`: a value
 * that came from a request body must not be able to choose those.
 *
 * @throws {InvalidArgumentError} unless each value is a non-empty string.
 */
export function exactly<const Values extends Record<string, string>>(values: Values): Values {
  for (const [field, value] of Object.entries(values)) {
    requireText(field, value);
  }

  return values;
}
