import { randomUUID } from 'node:crypto';
import { NeonDbError } from '@neondatabase/serverless';
import { describe, expect, onTestFinished } from 'vitest';
import { changed, poster, startProxy, test } from './support/index.js';
import { startPretender } from './support/pretender.js';

const keys = [
  ...['message', 'code', 'detail', 'hint', 'position', 'internalPosition', 'internalQuery', 'severity', 'where'],
  ...['table', 'column', 'schema', 'dataType', 'constraint', 'file', 'line', 'routine'],
];

describe('an error over HTTP', () => {
  test('of PostgreSQL has each of its fields, or null', async ({ admin, post }) => {
    await admin.query('create table unique_names (name text constraint one_name unique)');
    await post({ query: `insert into unique_names values ('Ada')` });

    const violation = await post({ query: `insert into unique_names values ('Ada')` });
    const mistake = await post({ query: 'select 1 +' });

    expect(violation.status).toBe(400);
    expect(Object.keys(violation.body)).toEqual(keys);
    expect(violation.body).toMatchObject({
      message: 'duplicate key value violates unique constraint "one_name"',
      ...{ code: '23505', severity: 'ERROR', detail: 'Key (name)=(Ada) already exists.', hint: null, position: null },
      ...{ schema: 'public', table: 'unique_names', column: null, dataType: null, constraint: 'one_name' },
      ...{ internalPosition: null, internalQuery: null, where: null, routine: '_bt_check_unique' },
    });
    expect(violation.body.line).toMatch(/^\d+$/);
    expect(mistake.body).toMatchObject({ code: '42601', position: '11' });
  });

  test('inside a function has the position in its query', async ({ post }) => {
    const { body } = await post({ query: `do $$ begin execute 'select * from nowhere'; end $$` });

    expect(body).toMatchObject({
      code: '42P01',
      position: null,
      internalPosition: '15',
      internalQuery: 'select * from nowhere',
      where: expect.stringContaining('PL/pgSQL function inline_code_block line 1'),
    });
  });

  test('is read by the driver', async ({ admin, sql }) => {
    await admin.query('create table positive_numbers (n int constraint positive check (n > 0))');

    const failure = sql`insert into positive_numbers values (${-1})`;

    await expect(failure).rejects.toThrow(NeonDbError);
    await expect(failure).rejects.toMatchObject({ code: '23514', constraint: 'positive', table: 'positive_numbers' });
  });

  test.for([
    ['select $1', [], '08P01', 'bind message supplies 0 parameters, but prepared statement "" requires 1'],
    ['select 1', ['x'], '08P01', 'bind message supplies 1 parameters, but prepared statement "" requires 0'],
    ['select 1; select 2', [], '42601', 'cannot insert multiple commands into a prepared statement'],
    ['select $1 + $2', ['1', '2'], '42725', 'operator is not unique: unknown + unknown'],
    ['select $1::text', ['\0'], '22021', 'invalid byte sequence for encoding "UTF8": 0x00'],
    ['select $1::jsonb', [['a']], '22P02', 'invalid input syntax for type json'],
  ] as const)('of %j with %j is %s', async ([query, params, code, message], { post }) => {
    expect(await post({ query, params })).toMatchObject({ status: 400, body: { code, message } });
  });

  test.for([
    ['a wrong password', { password: 'guess' }],
    ['an unknown user', { username: 'nobody' }],
  ] as const)('of %s has nothing but the text', async ([, parts], { post, url }) => {
    const wrong = changed(url, parts);

    const { status, body } = await post({ query: 'select 1' }, { 'Neon-Connection-String': wrong });

    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(keys);
    const text = `password authentication failed for user '${new URL(wrong).username}'`;
    expect(body).toMatchObject({ message: text, code: '', severity: '', routine: null, file: null });
  });

  test('of a database that does not exist is PostgreSQL’s', async ({ post, url }) => {
    const wrong = changed(url, { pathname: '/nowhere' });

    const { status, body } = await post({ query: 'select 1' }, { 'Neon-Connection-String': wrong });

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: '3D000', severity: 'FATAL', message: 'database "nowhere" does not exist' });
  });

  test('of a server that is down names it, and no secret', async ({ url }) => {
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port: 1 } });

    const { status, body } = await poster(proxy, url)({ query: 'select 1' });

    expect(status).toBe(500);
    expect(Object.keys(body)).toEqual(keys);
    expect(body.message).toBe("couldn't connect to PostgreSQL on 127.0.0.1:1 (ECONNREFUSED)");
  });

  test('of a server that takes no more connections is not the request’s', async ({ admin, post, url }) => {
    const role = `codex_test_${randomUUID().replaceAll('-', '')}`;
    await admin.query(`create role ${role} login password 'secret' connection limit 0`);
    onTestFinished(() => admin.query(`drop role ${role}`).then(() => {}));
    const limited = changed(url, { username: role, password: 'secret' });

    const { status, body } = await post({ query: 'select 1' }, { 'Neon-Connection-String': limited });

    expect(status).toBe(500);
    expect(body).toMatchObject({ code: '53300', message: `too many connections for role "${role}"` });
  });

  test('of a server that goes without a word is the query’s', async () => {
    const { port, connection } = await startPretender();
    const proxy = await startProxy({ backend: { host: '127.0.0.1', port } });
    connection.then((socket) => socket.on('data', (data) => data.includes('select 1') && socket.destroy()));

    const { status, body } = await poster(proxy, 'postgres://ada:secret@localhost/codex')({ query: 'select 1' });

    expect([status, body.code]).toEqual([400, '']);
    expect(body.message).toBe('the connection to PostgreSQL ended before the query did');
  });

  test('of a connection that breaks is the query’s', async ({ post }) => {
    const failure = post({ query: 'select pg_terminate_backend(pg_backend_pid())' });

    expect(await failure).toMatchObject({ status: 400, body: { code: '57P01' } });
    expect(await post({ query: 'select 1' })).toMatchObject({ status: 200 });
  });
});
