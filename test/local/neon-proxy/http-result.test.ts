import { describe, expect } from 'vitest';
import { connectDriver, test } from './support/index.js';

describe('a result over HTTP', () => {
  test('has the keys that Neon sends, and no others', async ({ post }) => {
    const { status, headers, body } = await post({ query: 'select 1 as n, $1 as t', params: ['x'] });

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('neon-request-id')).toMatch(/^[\da-f-]{36}$/);
    const field = { tableID: 0, columnID: 0, dataTypeModifier: -1, format: 'text' };
    expect(body).toStrictEqual({
      fields: [
        { name: 'n', dataTypeID: 23, dataTypeSize: 4, ...field },
        { name: 't', dataTypeID: 25, dataTypeSize: -1, ...field },
      ],
      rows: [['1', 'x']],
      command: 'SELECT',
      rowCount: 1,
      rowAsArray: true,
    });
  });

  test('names the table and the column that a field is of, also without rows', async ({ admin, post }) => {
    await admin.query('create table measures (label text, amount numeric(7, 2))');
    const { rows } = await admin.query(`select 'measures'::regclass::oid as oid`);

    const { body } = await post({ query: 'select amount from measures' });

    expect(body.fields).toMatchObject([{ tableID: rows[0].oid, columnID: 2, dataTypeModifier: 458_758 }]);
    expect(body).toMatchObject({ rows: [], rowCount: 0 });
  });

  test('is to the driver what it gets over a WebSocket', async ({ admin, proxy, sql, url }) => {
    await admin.query(`create table things as select 1 as id, array['a', null] as tags, '{"a": 1}'::jsonb as data,
      now() as at, true as ok, '\\x00ff'::bytea as bytes, 1.50::numeric as price, null::int as nothing`);
    const client = await connectDriver(proxy, url);

    const { rows, fields, command, rowCount } = await sql`select * from things`;
    const overWebSocket = await client.query('select * from things');
    await client.end();

    expect({ rows, fields, command, rowCount }).toEqual({
      rows: overWebSocket.rows,
      fields: overWebSocket.fields.map((field) => ({ ...field })),
      command: overWebSocket.command,
      rowCount: overWebSocket.rowCount,
    });
    expect(rows[0]).toMatchObject({ id: 1, tags: ['a', null], data: { a: 1 }, ok: true, price: '1.50', nothing: null });
  });

  test('is read from a body of any content type', async ({ post }) => {
    const body = JSON.stringify({ query: 'select 1', params: [] });

    for (const type of ['text/plain;charset=UTF-8', 'application/json', 'application/x-www-form-urlencoded']) {
      expect(await post(body, { 'content-type': type })).toMatchObject({ status: 200, body: { rows: [['1']] } });
    }
  });

  test.for([
    ['create table counted (n int)', 'CREATE', null],
    ['insert into counted values (1), (2)', 'INSERT', 2],
    ['update counted set n = 3 where n = 2', 'UPDATE', 1],
    ['delete from counted where n = 99', 'DELETE', 0],
    ['set search_path to public', 'SET', null],
    ['select 1;', 'SELECT', 1],
    ['', '', null],
    ['-- nothing', '', null],
  ] as const)('of %j says %j and %j', async ([query, command, rowCount], { post }) => {
    const { status, body } = await post({ query });

    expect(status).toBe(200);
    expect(body).toMatchObject({ command, rowCount });
  });

  test('keeps both of two columns with one name, as an array', async ({ post }) => {
    const { body } = await post({ query: 'select 1 as n, 2 as n' });

    expect(body.rows).toEqual([['1', '2']]);
  });

  test('has every character of a text, and null for null', async ({ post }) => {
    const text = `"quoted" \\ \n\t 'é' 日本 🎈`;

    const { body } = await post({ query: 'select $1, $2', params: [text, null] });

    expect(body.rows).toEqual([[text, null]]);
  });

  test('drops notices', async ({ post }) => {
    const query = `do $$ begin raise notice 'heard by nobody'; end $$`;

    expect(await post({ query })).toMatchObject({ status: 200, body: { command: 'DO', rows: [] } });
  });

  test('has rows as arrays or objects, as the statement says or else the header', async ({ post }) => {
    const rowsWith = async (header: string, arrayMode?: boolean) => {
      const { body } = await post({ query: 'select 1 as n', arrayMode }, { 'Neon-Array-Mode': header });
      return [body.rows[0], body.rowAsArray];
    };

    expect(await rowsWith('true')).toEqual([['1'], true]);
    expect(await rowsWith('false')).toEqual([{ n: '1' }, false]);
    expect(await rowsWith('TRUE')).toEqual([{ n: '1' }, false]);
    expect(await rowsWith('true', false)).toEqual([{ n: '1' }, false]);
    expect(await rowsWith('false', true)).toEqual([['1'], true]);
  });

  test('does not need the parameters that a client leaves out', async ({ post }) => {
    const { body } = await post('{"query":"select 1","unknown":true,"arrayMode":null,"queries":[]}');

    expect(body.rows).toEqual([['1']]);
  });
});
