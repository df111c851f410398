import type { NeonResult } from './neon-endpoint.js';
import type { ResultRow } from './statement.js';
import { pgTypes } from './value-types.js';

/** What the database answered to one statement. */
export interface HttpResult<Row = ResultRow> {
  rows: Row[];
  /** How many rows were read or written; `null` for statements that count none, such as CREATE. */
  rowCount: number | null;
  /** The first word of what was done, such as `INSERT`; empty for an empty statement. */
  command: string;
  /** The columns, also if there is no row. */
  fields: HttpField[];
}

export interface HttpField {
  name: string;
  /** The oid of the column's type in PostgreSQL. */
  dataTypeId: number;
}

export type RowMode = 'object' | 'array';

/** Finds, by the oid of a type, what turns PostgreSQL's text into a value. The same shape as `types` of `pg`. */
export interface TypeParsers {
  getTypeParser(dataTypeId: number, format: 'text'): (text: string) => unknown;
}

/** Reads values and rows from what came back. Throws only what a parser throws. */
export function readResult<Row>(
  { command, fields, rowCount, rows }: NeonResult,
  { types = pgTypes, rowMode }: { types?: TypeParsers | undefined; rowMode?: RowMode | undefined },
): HttpResult<Row> {
  const parsers = fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text'));
  const readCell = (cell: string | null, column: number) => (cell === null ? null : parsers[column]!(cell));
  const arrays = rows.map((row) => row.map(readCell));

  return {
    rows: (rowMode === 'array'
      ? arrays
      : arrays.map((row) => Object.fromEntries(row.map((value, column) => [fields[column]!.name, value])))) as Row[],
    rowCount,
    command,
    fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeId: dataTypeID })),
  };
}
