import { detailOf, hideDetail, readText } from './sqlstate.js';

/** The fields of PostgreSQL's errors that name objects and places, and quote no value. */
const placeNames = [
  'severity',
  'code',
  'position',
  'internalPosition',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/** The other fields. They may quote values of rows. */
const wordNames = ['message', 'hint', 'internalQuery', 'where'] as const;

/** The fields of an error that quote no value, as PostgreSQL sent them, or `undefined`. */
export type PostgresFields = Readonly<Partial<Record<(typeof placeNames)[number], string>>>;

export interface PostgresError extends PostgresFields {}

/**
 * What PostgreSQL said of an error, for code to read.
 *
 * None of it shows in the message, in JSON or when the error is printed. The fields that may quote values of rows are not
 * even properties: {@link reveal} gives PostgreSQL's own words, and `getErrorDetail` its detail.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the fields are getters that the static block defines.
export class PostgresError extends Error {
  readonly #fields: Record<string, string | undefined>;
  readonly #near: string | undefined;

  static {
    // Writable as that of any error, for those who print errors change it.
    Object.defineProperty(PostgresError.prototype, 'name', { value: 'PostgresError', writable: true });

    for (const name of placeNames) {
      Object.defineProperty(PostgresError.prototype, name, {
        get(this: PostgresError) {
          return this.#fields[name];
        },
      });
    }
  }

  /**
   * @param source anything that carries PostgreSQL's fields, such as a driver's error
   * @param near the word of the statement's own text at which PostgreSQL stopped, and never a literal
   */
  constructor(source: object, near?: string) {
    super(`SQLSTATE ${readText(source, 'code') ?? 'unknown'}`);
    this.#fields = Object.fromEntries([...placeNames, ...wordNames].map((name) => [name, readText(source, name)]));
    this.#near = near;
    // It arises where an error is explained, and that error has the stack already.
    this.stack = `${this.name}: ${this.message}`;
    hideDetail(this, detailOf(source));
  }

  /** PostgreSQL's own words. They may quote a value: use them to decide, do not show or log them. */
  reveal(words: (typeof wordNames)[number]): string | undefined {
    return this.#fields[words];
  }

  /** The word of the statement's own text at which PostgreSQL stopped. */
  get near(): string | undefined {
    return this.#near;
  }
}

/** The fields of an error that quote no value, without those that are empty. */
export function placesOf(error: PostgresError): PostgresFields {
  return Object.fromEntries(placeNames.map((name) => [name, error[name]]).filter(([, value]) => value !== undefined));
}
