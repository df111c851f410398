import type { FilterDef } from '@mikro-orm/core';

/** What one scope filter is made of. */
interface ScopeFilterOptions {
  /** The filter's name, as written in `filters: { [name]: … }`. */
  name: string;
  /** The one argument that the filter takes. */
  argument: string;
  /** The property that must equal the argument. */
  property: string;
  /** Throws, before any SQL, unless the argument is of the right form. */
  check: (argument: string, value: unknown) => void;
}

/** Builds a filter that is off until it is given its argument, and that takes nothing but one checked value. */
export function scopeFilter({ name, argument, property, check }: ScopeFilterOptions): FilterDef {
  return {
    name,
    default: false,
    cond: (args) => {
      const value: unknown = args?.[argument];
      check(argument, value);

      return { [property]: value };
    },
  };
}
