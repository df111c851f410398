import { type FilterQuery, raw } from '@mikro-orm/core';
import { type ScopePart, settingOf } from './scope.js';

/** A condition in SQL on a row, given the row's table or alias, and the part's value as SQL. */
type RowCondition = (row: string, value: string) => string;

/** How a part of a scope finds its rows. */
export interface Sight {
  /** The property that must equal the part, or a condition on the row. */
  readonly by: string | RowCondition;
  readonly isReadOnly: boolean;
}

/** The commands that write rows. */
export type WriteCommand = 'insert' | 'update' | 'delete';

/**
 * How each part of a scope finds an entity's rows. A part that is not named sees none of them.
 *
 * Given as the property that carries the part, or by {@link readOnly}.
 */
export type Sights = Readonly<Partial<Record<ScopePart, string | Sight>>>;

/** What scopes may do with an entity's rows. */
export interface Visibility {
  readonly sights: Readonly<Partial<Record<ScopePart, Sight>>>;
  readonly writes: readonly WriteCommand[];
}

// By class: a bundler that minifies may give two of them the same name.
const visibilities = new WeakMap<object, Visibility>();

/** Rows that the part sees but must not write. */
export const readOnly = (by: Sight['by']): Sight => ({ by, isReadOnly: true });

/** Notes what an entity says about its scope. */
export function declareVisibility(entityClass: object, sights: Sights, writes: readonly WriteCommand[]): Visibility {
  const entries = Object.entries(sights).map(([part, sight]) => [
    part,
    typeof sight === 'string' ? { by: sight, isReadOnly: false } : sight,
  ]);
  const visibility = { sights: Object.fromEntries(entries), writes };
  visibilities.set(entityClass, visibility);

  return visibility;
}

/** What an entity says about its scope; `undefined` if it says nothing, and is invisible to every scope. */
export const visibilityOf = (entityClass: object): Visibility | undefined => visibilities.get(entityClass);

/** Whether a scope of these parts sees rows of the entity. All its parts must. */
export const isVisible = (parts: readonly ScopePart[], visibility: Visibility | undefined): visibility is Visibility =>
  parts.every((part) => visibility?.sights[part]);

/** Whether a scope of these parts may write rows that it sees. */
export const isWritable = (parts: readonly ScopePart[], visibility: Visibility | undefined): boolean =>
  isVisible(parts, visibility) && parts.every((part) => !visibility.sights[part]?.isReadOnly);

/** The value of a part of the transaction's scope, as SQL: null if the scope does not have it. */
export const partValue = (part: ScopePart): string =>
  `nullif(current_setting('${settingOf(part)}', true), '')${part === 'org' ? '::uuid' : ''}`;

/**
 * A column's default: what the scope says, and nothing outside of one.
 *
 * In PostgreSQL's own words, since MikroORM compares defaults by their text.
 */
export function scopeDefault(part: ScopePart): string {
  const value = `NULLIF(current_setting('${settingOf(part)}'::text, true), ''::text)`;
  return part === 'org' ? `(${value})::uuid` : value;
}

/** The condition that a part sets on rows, for MikroORM. */
export function partCondition({ by }: Sight, value: string): FilterQuery<object> {
  if (typeof by === 'string') {
    return { [by]: value } as FilterQuery<object>;
  }

  const values = by('', '?').split('?').length - 1;
  return { [raw((alias) => by(alias, '?'), Array(values).fill(value))]: [] };
}
