import { describe, expect } from 'vitest';
import { test } from './support/index.js';

describe('a batch over HTTP', () => {
  test('has the results of its statements, in their order', async ({ sql }) => {
    const results = await sql.transaction([sql`select 1 as n`, sql`select ${'x'} as t`, sql`create table ordered ()`]);

    expect(results.map(({ rows, command }) => [rows, command])).toEqual([
      [[{ n: 1 }], 'SELECT'],
      [[{ t: 'x' }], 'SELECT'],
      [[], 'CREATE'],
    ]);
  });

  test('is one transaction', async ({ post }) => {
    const query = 'select pg_current_xact_id(), pg_backend_pid()';

    const { body } = await post({ queries: [{ query }, { query }] });

    expect(body.results[0].rows).toEqual(body.results[1].rows);
  });

  test('may be empty', async ({ post }) => {
    expect(await post({ queries: [] })).toMatchObject({ status: 200, body: { results: [] } });
  });

  test('has an array mode per statement', async ({ post }) => {
    const query = 'select 1 as n';

    const { body } = await post({ queries: [{ query }, { query, arrayMode: false }] });

    expect(body.results.map(({ rows }: any) => rows)).toEqual([[['1']], [{ n: '1' }]]);
  });

  test('leaves nothing behind when a statement fails', async ({ admin, post }) => {
    await admin.query('create table kept (n int)');

    const { status, body } = await post({
      queries: [{ query: 'insert into kept values (1)' }, { query: 'select 1 / 0' }, { query: 'select 2' }],
    });

    expect([status, body.code]).toEqual([400, '22012']);
    expect((await admin.query('select * from kept')).rows).toEqual([]);
  });

  test('fails when only its commit does', async ({ admin, sql }) => {
    await admin.query(`create table parents (id int primary key);
      create table children (parent_id int constraint has_parent references parents deferrable initially deferred)`);

    const failure = sql.transaction([sql`insert into children values (1)`, sql`select 1`]);

    await expect(failure).rejects.toMatchObject({ code: '23503', constraint: 'has_parent' });
    expect((await admin.query('select * from children')).rows).toEqual([]);
  });

  test.for([
    ['ReadUncommitted', 'read uncommitted'],
    ['ReadCommitted', 'read committed'],
    ['RepeatableRead', 'repeatable read'],
    ['Serializable', 'serializable'],
  ] as const)('runs as %s, and says so', async ([isolationLevel, name], { post, sql }) => {
    const [result] = await sql.transaction([sql`show transaction_isolation`], { isolationLevel });
    const { headers } = await post({ queries: [] }, { 'Neon-Batch-Isolation-Level': isolationLevel });

    expect(result!.rows).toEqual([{ transaction_isolation: name }]);
    expect(headers.get('neon-batch-isolation-level')).toBe(isolationLevel);
  });

  test('refuses another isolation level, as a single statement does', async ({ post }) => {
    for (const level of ['serializable', 'Snapshot', 'toString', '']) {
      const header = { 'Neon-Batch-Isolation-Level': level };
      const refused = { status: 400, body: { message: 'invalid isolation level', code: '' } };
      expect(await post({ queries: [] }, header)).toMatchObject(refused);
      expect(await post({ query: 'select 1' }, header)).toMatchObject(refused);
    }
  });

  test('refuses to write when it is read only', async ({ admin, post, sql }) => {
    await admin.query('create table untouched (n int)');

    const failure = sql.transaction([sql`insert into untouched values (1)`], { readOnly: true });
    const { headers } = await post({ queries: [] }, { 'Neon-Batch-Read-Only': 'true' });

    await expect(failure).rejects.toMatchObject({ code: '25006' });
    expect(headers.get('neon-batch-read-only')).toBe('true');
  });

  test('is deferrable', async ({ post, sql }) => {
    const options = { isolationLevel: 'Serializable', readOnly: true, deferrable: true } as const;

    const [result] = await sql.transaction([sql`show transaction_deferrable`], options);
    const { headers } = await post({ queries: [] }, { 'Neon-Batch-Deferrable': 'true' });

    expect(result!.rows).toEqual([{ transaction_deferrable: 'on' }]);
    expect(headers.get('neon-batch-deferrable')).toBe('true');
  });

  test('has PostgreSQL’s defaults where nothing is asked for', async ({ post, sql }) => {
    const [mode] = await sql.transaction([sql`show transaction_read_only`], { readOnly: false, deferrable: false });
    const { headers } = await post({ queries: [] }, { 'Neon-Batch-Read-Only': 'TRUE', 'Neon-Batch-Deferrable': '1' });

    expect(mode!.rows).toEqual([{ transaction_read_only: 'off' }]);
    expect([...headers.keys()].filter((name) => name.startsWith('neon-batch'))).toEqual([]);
  });

  test('commits what follows a commit of its own, as on Neon', async ({ admin, post }) => {
    await admin.query('create table escaped (n int)');

    const { status } = await post({
      queries: ['insert into escaped values (1)', 'commit', 'insert into escaped values (2)', 'select 1 / 0'].map(
        (query) => ({ query }),
      ),
    });

    expect(status).toBe(400);
    expect((await admin.query('select n from escaped')).rows).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('has no place for what takes no transaction', async ({ post }) => {
    const { body } = await post({ queries: [{ query: 'vacuum' }] });

    expect(body.code).toBe('25001');
    expect(await post({ query: 'vacuum pg_class' })).toMatchObject({ status: 200, body: { command: 'VACUUM' } });
  });

  test('keeps its settings to itself', async ({ post }) => {
    const queries = [
      { query: `select set_config('statement_timeout', '1234', true)` },
      { query: 'show statement_timeout' },
    ];

    const { body } = await post({ queries });

    expect(body.results[1].rows).toEqual([['1234ms']]);
    expect((await post({ query: 'show statement_timeout' })).body.rows).toEqual([['0']]);
  });
});
