import { errorFields } from '@neondatabase/serverless';
import { describe, expect } from 'vitest';
import { getErrorDetail, QueryFailedError } from '../../src/edge/index.js';
import { failures, objects } from './errors.js';
import { catchError, collect, expectSame, judge, test } from './transports.js';

test.beforeAll(async ({ orm }) => {
  await orm.em.fork().execute(objects);
});

/** PostgreSQL's own fields, on whatever carries them. */
const fieldsOf = (error: any) => ({
  ...Object.fromEntries(errorFields.map((name) => [name, error[name] ?? error.reveal?.(name)])),
  detail: getErrorDetail(error),
});

describe('the drivers report the same on every transport', () => {
  test.for(failures)('%s', async ([, sql], { drivers }) => {
    const { tcp, websocket, http } = await collect((transport) => catchError(drivers[transport](sql)));

    expect(http).toBeInstanceOf(QueryFailedError);
    expect([websocket.message, http.cause.reveal('message')]).toEqual([tcp.message, tcp.message]);
    expectSame(fieldsOf(websocket), fieldsOf(tcp), 'websocket');
    expectSame(fieldsOf(http.cause), fieldsOf(tcp), 'http');
    expectSame(judge(websocket), judge(tcp), 'websocket');
    expectSame(judge(http), judge(tcp), 'http');
  });

  const bound: [name: string, sql: string, parameters: unknown[], code: string][] = [
    ['a number that is none', 'select $1::int', ['abc'], '22P02'],
    ['NUL in a text', 'select $1::text', ['a\0b'], '22021'],
    ['a value too few', 'select $1::int + $2::int', [1], '08P01'],
    ['a value too many', 'select $1::int', [1, 2], '08P01'],
    ['a value of unknown type', 'select $1 + $2', [1, 2], '42725'],
    ['a value that breaks a constraint', 'insert into parent values ($1)', [1], '23505'],
    ['a date that is none', 'select $1::timestamptz', [new Date(Number.NaN)], '22007'],
    ['several statements', 'select $1::int; select 2', [1], '42601'],
  ];

  test.for(bound)('%s', async ([, sql, parameters, code], { drivers }) => {
    const { tcp, websocket, http } = await collect((transport) => catchError(drivers[transport](sql, parameters)));

    expect(tcp.code).toBe(code);
    expectSame(fieldsOf(websocket), fieldsOf(tcp), 'websocket');
    expectSame(fieldsOf(http.cause), fieldsOf(tcp), 'http');
    expect(http.cause.reveal('message')).toBe(tcp.message);
  });
});
