import { inspect } from 'node:util';
import { describe, expect } from 'vitest';
import {
  DatabaseError,
  getConstraintName,
  getErrorDetail,
  isCheckViolation,
  isForeignKeyViolation,
  isNotNullViolation,
  isUniqueViolation,
  PostgresError,
  QueryFailedError,
} from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';

describe('QueryFailedError', () => {
  test('says what was violated, and where', async ({ executor }) => {
    const { sql } = executor;
    await sql`insert into users (id, name, email) values ('ada', 'Ada', 'ada@example.org')`;

    const unique = await rejectionOf(
      sql`insert into users (id, name, email) values ('eve', 'Eve', ${'ada@example.org'})`,
    );
    expect(unique).toBeInstanceOf(QueryFailedError);
    expect(unique).toBeInstanceOf(DatabaseError);
    expect(unique).toMatchObject({
      name: 'QueryFailedError',
      code: 'QUERY_FAILED',
      sqlState: '23505',
      severity: 'ERROR',
      schema: 'public',
      table: 'users',
      constraint: 'users_email_unique',
      column: undefined,
      statementIndex: undefined,
      isRetryable: false,
      message:
        'The database refused the statement: unique violation (SQLSTATE 23505), constraint users_email_unique on table users.',
    });
    expect([isUniqueViolation(unique), getConstraintName(unique)]).toEqual([true, 'users_email_unique']);
    expect(getErrorDetail(unique)).toBe('Key (email)=(ada@example.org) already exists.');

    const notNull = await rejectionOf(sql`insert into users (id, name) values ('eve', 'Eve')`);
    expect(isNotNullViolation(notNull)).toBe(true);
    expect(notNull.message).toMatch(/not-null violation \(SQLSTATE 23502\), column email on table users\.$/);

    const foreign = await rejectionOf(
      sql`insert into organization_memberships (organization_id, user_id, role) values (${crypto.randomUUID()}, 'ada', 'owner')`,
    );
    expect(isForeignKeyViolation(foreign)).toBe(true);

    await sql`create table checked (n int constraint is_positive check (n > 0))`;
    const check = await rejectionOf(sql`insert into checked values (${-1})`);
    expect([isCheckViolation(check), getConstraintName(check)]).toEqual([true, 'is_positive']);
  });

  test('keeps all that PostgreSQL said, in its cause', async ({ executor }) => {
    const statement =
      'do $$ begin raise exception using message = $x$said$x$, detail = $x$more$x$, hint = $x$try$x$, errcode = $x$P0002$x$; end $$';
    const { cause } = await rejectionOf(executor.query(statement));

    expect(cause).toBeInstanceOf(PostgresError);
    expect(getErrorDetail(cause)).toBe('more');
    expect([cause.reveal('message'), cause.reveal('hint')]).toEqual(['said', 'try']);
    expect(cause.reveal('where')).toMatch(/PL\/pgSQL/);
    expect(pick(cause, 'code', 'detail', 'hint', 'severity', 'routine')).toEqual({
      code: 'P0002',
      detail: undefined,
      hint: undefined,
      severity: 'ERROR',
      routine: 'exec_stmt_raise',
    });

    const inner = await rejectionOf(executor.query("do $$ begin execute 'selec 1'; end $$"));
    expect(inner.cause.reveal('internalQuery')).toBe('selec 1');
    expect(pick(inner.cause, 'internalPosition', 'position')).toEqual({
      internalPosition: '1',
      position: undefined,
    });
  });

  test.for([
    ['select * from "Missing"', 'no such table (SQLSTATE 42P01) at "Missing".'],
    ['select  NAME_ from users', 'no such column (SQLSTATE 42703) at NAME_.'],
    ['selec 1', 'syntax error (SQLSTATE 42601) at selec.'],
    ["select '😀' as t, nope()", 'no such function or operator (SQLSTATE 42883) at nope.'],
    ["select 1 'literal'", 'syntax error (SQLSTATE 42601).'],
    ['select 1 +', 'syntax error (SQLSTATE 42601).'],
    ['select 1; select 2', 'syntax error (SQLSTATE 42601).'],
    ['copy users to stdout', 'COPY is not possible over HTTP.'],
  ] as const)('names the word of the statement at fault, but no literal: %s', async ([sql, words], { executor }) => {
    expect((await rejectionOf(executor.query(sql))).message).toBe(`The database refused the statement: ${words}`);
  });

  test('shows neither values nor the login, however it is printed', async ({ executor, neon }) => {
    const secret = 'h1dden@example.org';
    await executor.sql`insert into users (id, name, email) values ('h1', 'H', ${secret})`;
    await executor.query(
      'create function shout(t text) returns void language plpgsql as $$ begin raise exception using message = t, detail = t, hint = t; end $$',
    );
    const login = new URL(neon.url).password || neon.url;

    const { sql, batch } = executor;

    for (const fail of [
      () => sql`insert into users (id, name, email) values ('h2', 'H', ${secret})`,
      () => sql`select ${secret}::int`,
      () => sql`select shout(${secret})`,
      () => sql`select ${secret}::regclass`,
      () => batch([sql`select 1`, sql`select shout(${secret})`]),
    ]) {
      const error = await rejectionOf(fail());
      expect(error).toBeInstanceOf(QueryFailedError);
      const prints = [error, error.cause].flatMap((shown) => [
        inspect(shown, { showHidden: true, depth: 9 }),
        JSON.stringify(shown),
        JSON.stringify({ ...shown }),
        String(shown),
        shown.stack,
        shown.message,
      ]);
      expect(prints.join('\n')).not.toContain('h1dden');
      expect(prints.join('\n')).not.toContain(login);
    }
  });

  test('may be retried where PostgreSQL left nothing behind and it may pass', async ({ executor }) => {
    const codes = ['40001', '40P01', '55P03', '53000', '53100', '53200', '08001', '08004'];
    const never = ['23505', '57014', '57P01', '08006', '08P01', '53400', '25006', 'XX000'];
    const raise = (code: string) => rejectionOf(executor.query(`do $$ begin raise sqlstate '${code}'; end $$`));

    for (const code of [...codes, ...never]) {
      expect(await raise(code), code).toMatchObject({ sqlState: code, isRetryable: codes.includes(code) });
    }
  });

  test('does not take a message for an answer of the proxy', async ({ executor }) => {
    const message = 'Server error (HTTP status 500): {"message":"Couldn\'\'t connect to compute node","code":"57P03"}';
    const error = await rejectionOf(executor.query(`do $$ begin raise exception '${message}'; end $$`));

    expect(error).toMatchObject({ name: 'QueryFailedError', sqlState: 'P0001', isRetryable: false });
  });
});

const pick = (source: any, ...keys: string[]) => Object.fromEntries(keys.map((key) => [key, source[key]]));
