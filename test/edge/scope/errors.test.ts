import { describe, expect } from 'vitest';
import {
  createHttpExecutor,
  isNotNullViolation,
  OutOfScopeError,
  PostgresError,
  QueryFailedError,
  ScopeNotEnforcedError,
} from '../../../src/edge/index.js';
import { rejectionOf } from '../support/rejection.js';
import { refuse, test as standInTest } from '../support/stand-in.js';
import { test } from './support/tenants.js';

const insertFor = (creator: string) => ({
  text: `insert into content (creator_id, title, slug, content_type) values ($1, 'Secret title', $2, 'video')`,
  parameters: [creator, crypto.randomUUID()],
});

describe('an error in a scope', () => {
  test('is an OutOfScopeError for a row of somebody else', async ({ executor, world: { ada, eve } }) => {
    const scoped = executor.scope({ creator: ada.id });
    const failures = [
      await rejectionOf(scoped.execute(insertFor(eve.id))),
      await rejectionOf(scoped.batch(['select 1', insertFor(eve.id)])),
      await rejectionOf(
        scoped.sql`update content set creator_id = ${eve.id}, media_item_id = null where id = ${ada.own}`,
      ),
    ];

    for (const error of failures) {
      expect(error).toBeInstanceOf(OutOfScopeError);
      expect(error).toMatchObject({ code: 'OUT_OF_SCOPE', subject: 'content', isRetryable: false });
      expect(error.cause).toBeInstanceOf(PostgresError);
      expect(error.cause.code).toBe('42501');
      expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/Secret|eve/i);
    }
  });

  test('is an OutOfScopeError for a table that no scope has', async ({ executor, world: { ada } }) => {
    const scoped = executor.scope({ user: ada.id });

    expect(await rejectionOf(scoped.query('select * from sessions'))).toMatchObject({
      code: 'OUT_OF_SCOPE',
      subject: 'sessions',
    });
  });

  test('names no table where only a trigger could', async ({ executor, em, world: { ada } }) => {
    await em.execute(`create function raise_42501() returns int language plpgsql as
      $$ begin raise exception 'not for table "s3cret"' using errcode = '42501'; end $$`);

    const error = await rejectionOf(executor.scope({ creator: ada.id }).query('select raise_42501()'));

    expect(error).toMatchObject({ code: 'OUT_OF_SCOPE', subject: undefined });
    expect(error.message).not.toContain('s3cret');
  });

  test('is the same as without a scope for all else', async ({ executor, world: { ada } }) => {
    const scoped = executor.scope({ creator: ada.id });
    const statements = [
      { text: 'insert into content (slug) values ($1)', parameters: ['s3cret'] },
      { text: 'select nope' },
      { text: 'select $1::int', parameters: ['s3cret'] },
      { text: 'select 1', parameters: [1] },
      { text: 'select 1 +' },
    ];

    for (const statement of statements) {
      const error = await rejectionOf(scoped.execute(statement));
      const unscoped = await rejectionOf(executor.execute(statement));

      expect(error).toBeInstanceOf(QueryFailedError);
      expect(error.sqlState).toBe(unscoped.sqlState);
      expect(error.statementIndex).toBeUndefined();
      expect(error.message).toMatch(/^The database refused the statement: /);
    }

    expect(isNotNullViolation(await rejectionOf(scoped.execute(statements[0]!)))).toBe(true);
    expect((await rejectionOf(scoped.query('select nope'))).message).toContain('at nope');
  });

  test('counts the statements that the caller gave', async ({ executor, world: { ada } }) => {
    const scoped = executor.scope({ creator: ada.id });

    expect(await rejectionOf(scoped.batch(['select nope', 'select 1']))).toMatchObject({ statementIndex: 0 });
    expect(await rejectionOf(scoped.batch(['select 1', 'select nope', 'select 2']))).toMatchObject({
      statementIndex: 1,
      message: expect.stringContaining('statement [1] of the batch'),
    });
  });

  test('is a ScopeNotEnforcedError if the login must not enter scopes', async ({ executor, neon, world: { ada } }) => {
    const role = `stranger_${crypto.randomUUID().slice(0, 8)}`;
    await executor.query(`create role ${role} login password 'str4nge' in role pg_read_all_data`);
    const url = new URL(neon.url);
    [url.username, url.password] = [role, 'str4nge'];
    const stranger = createHttpExecutor({ ...neon, url: url.href });

    const error = await rejectionOf(stranger.scope({ creator: ada.id }).query('select id from content'));
    await executor.query(`drop role ${role}`);

    expect(error).toBeInstanceOf(ScopeNotEnforcedError);
    expect(error.message).toContain('grant codex_scoped to');
  });

  // All databases of a server share the role, which the other tests need.
  test('has the fields by which a missing role is known', async ({ executor }) => {
    const { cause } = await rejectionOf(executor.query(`select set_config('role', 'codex_nobody', true)`));

    expect({ code: cause.code, routine: cause.routine, message: cause.reveal('message') }).toEqual(
      missingRole('nobody'),
    );
  });

  standInTest('is a ScopeNotEnforcedError if there is no such role', async ({ standIn }) => {
    const { settings } = await standIn(refuse(400, missingRole('scoped')));

    const error = await rejectionOf(createHttpExecutor(settings).scope({ creator: 'ada' }).query('select 1'));

    expect(error).toBeInstanceOf(ScopeNotEnforcedError);
    expect(error.message).toMatch(/run the migrations .*mikro-orm migration:up.*npm run db:migrate/);
  });
});

const missingRole = (name: string) => ({
  code: '22023',
  routine: 'call_string_check_hook',
  message: `role "codex_${name}" does not exist`,
});
