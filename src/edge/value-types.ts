import { getTypeParser, type TypeId } from 'pg-types';
import type { TypeParsers } from './result.js';

const BYTEA = 17;
const BYTEA_ARRAY = 1001;
const TEXT_ARRAY = 1009;

/** How `pg` reads values. Bytes are a `Buffer`, and a plain `Uint8Array` where the runtime has no `Buffer`. */
export const pgTypes: TypeParsers = {
  getTypeParser: (oid) => (globalThis.Buffer ? undefined : withoutBuffer[oid]) ?? getTypeParser(oid as TypeId, 'text'),
};

const withoutBuffer: Record<number, (text: string) => unknown> = {
  [BYTEA]: fromHex,
  [BYTEA_ARRAY]: (text) => mapDeep(getTypeParser(TEXT_ARRAY as TypeId, 'text')(text)),
};

function fromHex(text: string): Uint8Array {
  const pairs = text.slice(2).match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

function mapDeep(value: unknown): unknown {
  return Array.isArray(value) ? value.map(mapDeep) : typeof value === 'string' ? fromHex(value) : value;
}
