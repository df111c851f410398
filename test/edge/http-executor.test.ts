import { describe, expect, expectTypeOf } from 'vitest';
import {
  createHttpExecutor,
  InvalidArgumentError,
  type ResultRow,
  TransactionNotSupportedError,
} from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';

describe('HttpExecutor', () => {
  test('creates, reads, updates and marks as deleted, as dbHttp did', async ({ executor }) => {
    const { sql } = executor;
    const email = 'john@example.com';

    const [user] =
      await sql`insert into users (id, name, email) values (${'user-123'}, ${'John'}, ${email}) returning *`;
    expect(user).toMatchObject({ id: 'user-123', email_verified: false });

    await sql`update users set email_verified = ${true} where id = ${'user-123'}`;
    expect(await executor.query('select email_verified from users where email = $1', [email])).toEqual([
      { email_verified: true },
    ]);

    const page = await sql`select id from users order by id limit ${20} offset ${0}`;
    expect(page).toEqual([{ id: 'user-123' }]);

    const result = await executor.execute<{ count: string }>(sql`select count(*) from users`);
    expect(result).toMatchObject({ rows: [{ count: '1' }], rowCount: 1, command: 'SELECT' });
  });

  test('works as its example shows', async ({ executor }) => {
    await executor.sql`insert into users (id, name, email) values ('ada', 'A', 'ada@example.org')`;

    const email = 'ada@example.org';
    const users = await executor.sql<{ id: string }>`select id from users where email = ${email}`;

    const [renamed, touched] = await executor.batch([
      executor.sql`update users set name = ${'Ada'} where email = ${email}`,
      executor.sql`update organizations set updated_at = now() where slug = ${'acme'}`,
    ]);

    expect(users).toEqual([{ id: 'ada' }]);
    expect([renamed.rowCount, touched.rowCount]).toEqual([1, 0]);
  });

  test('gives the whole result of a statement', async ({ executor }) => {
    expect(await executor.execute({ text: 'select $1::int as n, null as t', parameters: [1] })).toEqual({
      rows: [{ n: 1, t: null }],
      rowCount: 1,
      command: 'SELECT',
      fields: [
        { name: 'n', dataTypeId: 23 },
        { name: 't', dataTypeId: 25 },
      ],
    });
  });

  test('names the columns of a result without rows', async ({ executor }) => {
    const { rows, fields } = await executor.execute('select 1 as n where false');
    expect([rows, fields]).toEqual([[], [{ name: 'n', dataTypeId: 23 }]]);
  });

  test('counts changed rows, and nothing where there is nothing to count', async ({ executor }) => {
    expect(await executor.execute('create table counted (n int)')).toMatchObject({ rowCount: null, command: 'CREATE' });
    expect(await executor.execute('insert into counted values (1), (2)')).toMatchObject({ rowCount: 2, rows: [] });
  });

  test('keeps columns of the same name apart in rows that are arrays', async ({ executor }) => {
    expect((await executor.execute('select 1 as n, 2 as n')).rows).toEqual([{ n: 2 }]);
    expect((await executor.execute('select 1 as n, 2 as n', { rowMode: 'array' })).rows).toEqual([[1, 2]]);
  });

  test('reads values by the given parsers', async ({ executor }) => {
    const types = { getTypeParser: (oid: number) => (text: string) => `${oid}:${text}` };

    expect(await executor.query('select 1 as n, null as t', [], { types })).toEqual([{ n: '23:1', t: null }]);
    expect((await executor.execute(executor.sql`select true as b`, { types })).rows).toEqual([{ b: '16:t' }]);
  });

  test('passes on what a parser throws', async ({ executor }) => {
    const refusal = new RangeError('not this one');
    const types = {
      getTypeParser: () => () => {
        throw refusal;
      },
    };

    expect(await rejectionOf(executor.query('select 1', [], { types }))).toBe(refusal);
  });

  test('refuses what is no statement', async ({ executor }) => {
    for (const statement of ['', {}, null, { text: 1 }, { text: 'select 1', parameters: 'x' }] as never[]) {
      await expect(executor.execute(statement)).rejects.toThrow(InvalidArgumentError);
    }
  });

  test('refuses transactions', async ({ executor }) => {
    expect(() => (executor as any).transaction(() => {})).toThrow(TransactionNotSupportedError);
    // @ts-expect-error -- the type does not offer it
    expect(() => executor.transaction()).toThrow(/batch/);

    for (const text of ['begin', '; COMMIT', '/* x */ rollback', 'set transaction read only']) {
      await expect(executor.query(text), text).rejects.toThrow(TransactionNotSupportedError);
    }
  });

  test('works when its methods are taken apart', async ({ executor }) => {
    const { query, batch } = executor;

    expect(await query('select 1 as n')).toEqual([{ n: 1 }]);
    expect((await batch(['select 1 as n']))[0].rows).toEqual([{ n: 1 }]);
  });

  test('is its own primary without a replica', ({ neon }) => {
    const executor = createHttpExecutor(neon);
    expect(executor.primary).toBe(executor);
  });

  test('types its rows', async ({ executor }) => {
    expectTypeOf(await executor.sql`select 1`).toEqualTypeOf<ResultRow[]>();
    expectTypeOf(await executor.sql<{ n: number }>`select 1 as n`).toEqualTypeOf<{ n: number }[]>();
    expectTypeOf(await executor.query<{ n: number }>('select 1 as n')).toEqualTypeOf<{ n: number }[]>();
    expectTypeOf((await executor.execute(executor.sql<{ n: number }>`select 1 as n`)).rows).toEqualTypeOf<
      { n: number }[]
    >();
  });
});
