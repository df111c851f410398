import { BasePostgreSqlPlatform, createPostgreSqlTypeParsers } from '@mikro-orm/sql';
import { parse as parseArray } from 'postgres-array';
import parseInterval from 'postgres-interval';
import { parseDate, pgTypes } from '../../edge/value-types.js';

/** What MikroORM has to know of PostgreSQL where the `pg` package is not at hand. Equal to its own platform for `pg`. */
export class NeonPlatform extends BasePostgreSqlPlatform {
  override unmarshallArray(value: string): string[] {
    return parseArray(value);
  }

  override parseDate(value: string | number): Date {
    // `postgres-date` takes PostgreSQL's form only, not the one with a T that JSON has.
    const isIso = typeof value === 'number' || value[10] === 'T';
    return isIso ? new Date(value) : ((parseDate(value) ?? value) as Date);
  }

  override convertIntervalToJSValue(value: string): unknown {
    return parseInterval(value);
  }

  override convertIntervalToDatabaseValue(value: unknown): unknown {
    return typeof value === 'object' && value && 'toPostgres' in value && typeof value.toPostgres === 'function'
      ? value.toPostgres()
      : value;
  }
}

const ormParsers: Record<number, (text: string) => unknown> = createPostgreSqlTypeParsers((text) => parseArray(text));

/** How values are read for MikroORM, which takes instants and intervals as text and parses them itself. */
export const ormTypes = {
  getTypeParser: (oid: number) => ormParsers[oid] ?? pgTypes.getTypeParser(oid, 'text'),
};
