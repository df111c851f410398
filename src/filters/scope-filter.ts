import type { FilterDef, FilterQuery } from '@mikro-orm/core';
import { requireText, requireUuid } from '../errors/arguments.js';

/**
 * Builds a filter that is off until it is given its argument, such as `{ filters: { creator: { creatorId } } }`, and that
 * takes nothing but one checked value.
 *
 * The condition throws {@link InvalidArgumentError} before any SQL, unless the argument is a non-empty string or, for an
 * organization, a UUID.
 */
export function scopeFilter(
  name: string,
  argument: string,
  condition: (value: string) => FilterQuery<object>,
): FilterDef {
  const check: (field: string, value: unknown) => void = name === 'org' ? requireUuid : requireText;

  return {
    name,
    default: false,
    cond: (args) => {
      const value: unknown = args?.[argument];
      check(argument, value);

      return condition(value as string);
    },
  };
}
