/**
 * A value as the text that PostgreSQL reads, the same as `pg` makes; `null` for no value.
 *
 * An array becomes one of PostgreSQL's own, bytes become hexadecimal, and an instant is written in local time, so that a
 * column without a time zone gets what a clock on the wall shows.
 */
export function toText(value: unknown): string | null {
  if (value === null || value === undefined) {
    return null;
  }

  if (Array.isArray(value)) {
    return `{${value.map(toElement).join(',')}}`;
  }

  if (ArrayBuffer.isView(value)) {
    return toHex(value);
  }

  return value instanceof Date ? dateToText(value) : String(value);
}

/** @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function toElement(value: unknown): string {
  const text = toText(value);

  if (text === null) {
    return 'NULL';
  }

  // What begins with a backslash needs another one, and no quotes.
  const isBare = Array.isArray(value) || ArrayBuffer.isView(value);
  return isBare ? text.replace(/^\\/, '\\\\') : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @see https://www.postgresql.org/docs/current/datatype-binary.html */
function toHex({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  let text = '\\x';

  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
    text += hexPairs[byte];
  }

  return text;
}

/** PostgreSQL counts the year 1 BC where JavaScript has 0. */
function dateToText(date: Date): string {
  const year = date.getFullYear();
  const [month, day, hour, minute, second] = [
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  ].map((part) => pad(part, 2));
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.abs(offset) / 60, 2)}:${pad(Math.abs(offset) % 60, 2)}`;
  const calendarDay = `${pad(year < 1 ? 1 - year : year, 4)}-${month}-${day}`;

  return `${calendarDay}T${hour}:${minute}:${second}.${pad(date.getMilliseconds(), 3)}${zone}${year < 1 ? ' BC' : ''}`;
}

const pad = (part: number, length: number): string => String(Math.floor(part)).padStart(length, '0');
