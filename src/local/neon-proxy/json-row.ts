import type { FieldDef } from 'pg';
import { elementTypes, types } from './json-types.js';

/** The JSON text of a row, with an object's keys in the columns' order; of two columns with one name readers see the last. */
export function rowToJson(row: (string | null)[], fields: FieldDef[], rowAsArray: boolean, rawText: boolean): string {
  const values = row.map((text, index) => {
    if (text === null) {
      return 'null';
    }

    return rawText ? JSON.stringify(text) : valueToJson(text, fields[index]!.dataTypeID);
  });

  return rowAsArray
    ? `[${values.join(',')}]`
    : `{${values.map((value, index) => `${JSON.stringify(fields[index]!.name)}:${value}`).join(',')}}`;
}

/** The JSON text of a value: a string for all types but those whose text JSON has, or can hold without loss. */
function valueToJson(text: string, type: number): string {
  const element = elementTypes.get(type);

  if (element !== undefined) {
    return arrayToJson(text, element);
  }

  switch (type) {
    case types.bool:
      return String(text === 't');
    case types.int2:
    case types.int4:
      return text;
    case types.float4:
    case types.float8:
      // JSON has no word for NaN and the infinities.
      return /\d/.test(text) ? text : JSON.stringify(text);
    case types.json:
    case types.jsonb:
      return text;
    default:
      return JSON.stringify(text);
  }
}

/** A brace, a comma, a quoted element, or one without quotes. */
const arrayToken = /[{},]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs;

/**
 * Rewrites an array literal as JSON. Where the array's bounds do not begin with 1 they are lost, as JSON has none.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
function arrayToJson(literal: string, element: number): string {
  const elements = literal.slice(literal.indexOf('{'));

  return elements.replace(arrayToken, (token, quoted?: string) => {
    if (quoted !== undefined) {
      return valueToJson(quoted.replace(/\\(.)/gs, '$1'), element);
    }

    switch (token) {
      case '{':
        return '[';
      case '}':
        return ']';
      case ',':
        return ',';
      case 'NULL':
        return 'null';
      default:
        return valueToJson(token, element);
    }
  });
}
