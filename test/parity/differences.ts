import type { Transport } from '../../src/index.js';
import type { Each } from './transports.js';

/** One thing that is not the same on every transport, and why it stays so. */
export interface Difference {
  what: string;
  why: string;
  /** Whether it shows in MikroORM or in what lies below it: `pg`, the Neon driver's pool and the HTTP executor. */
  level: 'orm' | 'driver';
  sql: string;
  parameters?: unknown[];
  /** The rows, or the error's code. */
  outcomes: Record<Transport, unknown>;
}

const alike = (value: unknown, others: Partial<Each<unknown>>): Each<unknown> => ({
  tcp: value,
  websocket: value,
  http: value,
  ...others,
});

const oneStatement = 'HTTP prepares every statement, which PostgreSQL allows for one statement at a time.';
const noCopy = 'Neon’s proxy carries no COPY over HTTP.';
const noControl =
  'Each statement is a transaction of its own over HTTP: BEGIN would be undone at once, and in silence.';
const ownWay = 'The executor refuses what has no form in SQL; `pg` and the Neon driver send its text.';
const jsonCast = 'The executor sees the cast and sends JSON; the drivers send an array of PostgreSQL.';

export const differences: Difference[] = [
  {
    what: 'several statements at once',
    why: oneStatement,
    level: 'orm',
    sql: 'select 1 as a; select 2 as b',
    outcomes: alike([], { http: '42601' }),
  },
  {
    what: 'an empty statement',
    why: 'The executor asks for a text that says something.',
    level: 'orm',
    sql: '',
    outcomes: alike([], { http: 'INVALID_ARGUMENT' }),
  },
  {
    what: 'a placeholder without a value',
    why: 'HTTP prepares every statement, so that the number of values is checked; without values, the others do not.',
    level: 'orm',
    sql: 'select $1',
    outcomes: alike('42P02', { http: '08P01' }),
  },
  {
    what: 'BEGIN as a statement',
    why: noControl,
    level: 'orm',
    sql: 'begin',
    outcomes: alike([], { http: 'TRANSACTION_NOT_SUPPORTED' }),
  },
  {
    what: 'COPY to the client',
    why: noCopy,
    level: 'orm',
    sql: 'copy (select 1) to stdout',
    outcomes: alike([], { http: 'QUERY_FAILED' }),
  },
  {
    what: 'a column called __proto__',
    why: 'The Neon driver’s pool assigns it to the row, which sets the prototype instead.',
    level: 'orm',
    sql: 'select 1 as "__proto__", 2 as a',
    outcomes: alike([JSON.parse('{"__proto__": 1, "a": 2}')], { websocket: [{ a: 2 }] }),
  },
  {
    what: 'an array for a placeholder that is cast to jsonb',
    why: jsonCast,
    level: 'driver',
    sql: 'select $1::jsonb as value',
    parameters: [[1, { a: 2 }]],
    outcomes: alike('22P02', { http: [{ value: [1, { a: 2 }] }] }),
  },
  {
    what: 'an empty array for a placeholder that is cast to jsonb',
    why: jsonCast,
    level: 'driver',
    sql: 'select $1::jsonb as value',
    parameters: [[]],
    outcomes: alike([{ value: {} }], { http: [{ value: [] }] }),
  },
  {
    what: 'a date for a placeholder that is cast to jsonb',
    why: jsonCast,
    level: 'driver',
    sql: 'select $1::jsonb as value',
    parameters: [new Date(0)],
    outcomes: alike('22P02', { http: [{ value: '1970-01-01T00:00:00.000Z' }] }),
  },
  {
    what: 'an ArrayBuffer',
    why: 'The executor sends its bytes; the drivers send it as an object without properties.',
    level: 'driver',
    sql: 'select $1::bytea as value',
    parameters: [new Uint8Array([1, 2]).buffer],
    outcomes: alike([{ value: Buffer.from('{}') }], { http: [{ value: Buffer.from([1, 2]) }] }),
  },
  {
    what: 'a Uint8Array inside an array',
    why: 'The Neon driver takes no other bytes inside an array than a Buffer.',
    level: 'driver',
    sql: 'select $1::bytea[] as value',
    parameters: [[new Uint8Array([1])]],
    outcomes: alike([{ value: [Buffer.from([1])] }], { websocket: undefined }),
  },
  {
    what: 'bytes for a placeholder that is not of the type bytea',
    why: 'HTTP carries parameters as text, where bytes are written in hexadecimal digits.',
    level: 'driver',
    sql: 'select $1::text as value',
    parameters: [Buffer.from('ab')],
    outcomes: alike([{ value: 'ab' }], { http: [{ value: '\\x6162' }] }),
  },
  {
    what: 'a function as a value',
    why: ownWay,
    level: 'driver',
    sql: 'select $1::text as value',
    parameters: [() => 1],
    outcomes: alike([{ value: '() => 1' }], { http: 'INVALID_ARGUMENT' }),
  },
  {
    what: 'a promise as a value',
    why: ownWay,
    level: 'driver',
    sql: 'select $1::text as value',
    parameters: [Promise.resolve(1)],
    outcomes: alike([{ value: '{}' }], { http: 'INVALID_ARGUMENT' }),
  },
  {
    what: 'an unprepared statement over the driver, with no values for its placeholders',
    why: 'HTTP prepares every statement, so that the number of values is checked.',
    level: 'driver',
    sql: 'select $1',
    outcomes: alike('42P02', { http: '08P01' }),
  },
];
