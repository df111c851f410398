import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import fc from 'fast-check';
import { awkwardTexts } from './expressions.js';

/** The keys of rows that a foreign key may name, by the class of the entity. */
export type Parents = Record<string, unknown[]>;

/** The properties that are columns of the entity's own table. */
export const columnsOf = ({ props }: EntityMetadata): EntityProperty[] =>
  props.filter(({ fieldNames, persist }) => fieldNames?.length === 1 && persist !== false);

/**
 * Values that a column takes, from one end of its domain to the other.
 *
 * @throws for a type that nobody has thought of yet: it needs a case here.
 */
export function valuesOf(property: EntityProperty, meta: EntityMetadata, parents: Parents): fc.Arbitrary<unknown> {
  const values = property.targetMeta
    ? fc.constantFrom(...parents[property.targetMeta.className]!)
    : property.items
      ? fc.constantFrom(...property.items)
      : valuesOfType(property, meta);

  return property.nullable ? fc.option(values, { freq: 4 }) : values;
}

function valuesOfType({ columnTypes, fieldNames, name }: EntityProperty, meta: EntityMetadata): fc.Arbitrary<unknown> {
  const [type = ''] = columnTypes;
  const length = /^varchar\((\d+)\)$/.exec(type)?.[1];
  const isFromZero = meta.checks.some(({ expression }) => String(expression).startsWith(`${fieldNames[0]} >= 0`));

  if (type === 'text' || length) {
    return texts(Number(length ?? 300));
  }

  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'uuid':
      return fc.uuid();
    case 'int':
      return withEnds(isFromZero ? 0 : -(2 ** 31), 2 ** 31 - 1, fc.integer);
    case 'bigint':
      return withEnds(isFromZero ? 0 : Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, fc.maxSafeInteger);
    case 'timestamptz(3)':
      return instants;
    case 'jsonb':
      return fc.array(texts(20), { maxLength: 5 });
    default:
      throw new Error(`Nothing is known of the values of ${meta.className}.${name}, which is ${type}.`);
  }
}

/** PostgreSQL counts code points, as this does. It stores neither NUL nor half a pair of surrogates. */
const texts = (length: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: length }).map((text) => text.replaceAll('\0', '')),
      fc.string({
        unit: fc.constantFrom(`'`, '"', '\\', '?', '$1', '\n', 'e\u0301', '😀', ':a', '{', ','),
        maxLength: 8,
      }),
      fc.constantFrom(...awkwardTexts, '😀'.repeat(length), '\\'.repeat(length)),
    )
    .map((text) => [...text].slice(0, length).join(''));

/** From the first to the last year that has four digits, as MikroORM writes them. */
const instants = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    }),
  },
  fc
    .constantFrom(
      '0001-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '2026-03-29T01:30:00.001Z',
    )
    .map((text) => new Date(text)),
);

const withEnds = (min: number, max: number, between: typeof fc.integer): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: between().filter((value) => value >= min && value <= max) },
    fc.constantFrom(min, max),
  );
