import { inspect } from 'node:util';
import { describe, expect } from 'vitest';
import { createEdgeDatabase, createHttpExecutor, type HttpExecutor, type Scope } from '../../../src/edge/index.js';
import { rejectionOf } from '../support/rejection.js';
import { type StandIn, test as standInTest } from '../support/stand-in.js';

const org = '018f9d3c-0000-7000-8000-000000000001';

const test = standInTest
  .extend('server', async ({ standIn }): Promise<StandIn> => {
    const result = { fields: [], rows: [], command: 'SELECT', rowCount: 0, rowAsArray: true };
    return standIn((response) => response.end(JSON.stringify({ results: [result, result] })));
  })
  .extend('executor', ({ server }): HttpExecutor => createHttpExecutor(server.settings));

const noScopes = [
  ...[null, undefined, '', 'ada', 7, true, [], ['ada'], {}, new Date(), () => 'ada'],
  ...[null, undefined, '', 0, {}, { $ne: '' }, [], ['ada'], 'a\0'].map((creator) => ({ creator })),
  ...[null, '', 'acme', [org], `${org}x`].map((id) => ({ org: id })),
  ...[{ user: null }, { user: 'ada', creator: 'ada' }, { user: 'ada', org }, { creator: 'ada', org: undefined }],
  ...[{ creator: 'ada', tenant: 'eve' }, { Creator: 'ada' }],
];

describe('before anything is sent', () => {
  test.for(noScopes.map((scope) => [inspect(scope), scope] as const))(
    'refuses as a scope: %s',
    ([, scope], { executor, server }) => {
      for (const make of [
        () => executor.scope(scope as never),
        () => executor.scope({ creator: 'ada' }).scope(scope as never),
        () => createEdgeDatabase(executor, { scope: scope as never }),
      ]) {
        expect(make).toThrow(
          expect.objectContaining({ code: 'INVALID_ARGUMENT', field: expect.stringMatching('scope') }),
        );
      }

      expect(server.received).toEqual([]);
    },
  );

  test('refuses a database whose scope is missing', ({ executor }) => {
    for (const options of [undefined, null, {}, { Scope: { creator: 'ada' } }] as never[]) {
      expect(() => createEdgeDatabase(executor, options)).toThrow(expect.objectContaining({ field: 'scope' }));
    }
  });

  test.for([
    'begin',
    'commit; select 1',
    'rollback',
    'savepoint s',
    'set role none',
    'reset role',
    `set local codex.creator = 'eve'`,
    `select set_config('role', 'none', true)`,
    `select pg_catalog."set_config"('codex.creator', 'eve', true)`,
    'select 1; select 2',
    'select * into temp content from content',
    'do $$ begin end $$',
    'create table t ()',
    'truncate content',
    'copy content to stdout',
    'discard all',
    '',
  ])('refuses in a scope, alone and in a batch: %s', async (text, { executor, server }) => {
    const scoped = executor.scope({ creator: 'ada' });
    const code = text ? 'SCOPE_REFUSED' : 'INVALID_ARGUMENT';

    expect(await rejectionOf(scoped.query(text))).toMatchObject({ code });
    expect(await rejectionOf(scoped.batch(['select 1', text]))).toMatchObject({ code });
    expect(server.received).toEqual([]);
  });

  test('lets a scope in a scope be the same or narrower only', ({ executor, server }) => {
    const creator = executor.scope({ creator: 'ada' });
    const both = creator.scope({ creator: 'ada', org });

    expect(() =>
      both.scope({ creator: 'ada', org: org.toUpperCase() }).primary.scope({ creator: 'ada', org }),
    ).not.toThrow();

    for (const [outer, inner] of [
      [creator, { creator: 'eve' }],
      [creator, { org }],
      [creator, { creator: 'eve', org }],
      [creator, { user: 'ada' }],
      [both, { creator: 'ada' }],
      [both, { org }],
      [both.primary, { creator: 'ada' }],
      [executor.scope({ user: 'ada' }), { creator: 'ada' }],
    ] as [HttpExecutor, Scope][]) {
      expect(() => outer.scope(inner)).toThrow(expect.objectContaining({ code: 'SCOPE_REFUSED' }));
      expect(() => createEdgeDatabase(outer, { scope: inner })).toThrow(
        expect.objectContaining({ code: 'SCOPE_REFUSED' }),
      );
    }

    expect(server.received).toEqual([]);
  });
});

describe('a scope', () => {
  test('goes ahead of the statements, in the same request', async ({ executor, server }) => {
    const scoped = executor.scope({ creator: 'ada', org: org.toUpperCase() });

    await scoped.sql`select ${1}::int`;

    const entry = {
      query: `select set_config('role', $1, true), set_config('codex.creator', $2, true), set_config('codex.org', $3, true), set_config('codex.user', $4, true)`,
      params: ['codex_scoped_creator_org', 'ada', org, ''],
    };
    expect(server.received.map(({ body }) => body)).toEqual([
      { queries: [entry, { query: 'select $1::int', params: ['1'] }] },
    ]);
    expect(await scoped.batch([])).toEqual([]);
    expect(server.received).toHaveLength(1);
  });

  test('cannot be changed afterwards', async ({ executor, server }) => {
    const scope: { creator: string } = { creator: 'ada' };
    const scoped = executor.scope(scope);
    scope.creator = 'eve';

    await scoped.query('select 1');

    expect(server.received[0]?.body.queries[0].params).toEqual(['codex_scoped_creator', 'ada', '', '']);
  });

  test('is shown by no print', ({ executor }) => {
    const scoped = executor.scope({ creator: 's3cret-ada' });
    const db = createEdgeDatabase(executor, { scope: { creator: 's3cret-ada' } });

    for (const it of [scoped, scoped.sql`select 1`, db, db.selectFrom('content')]) {
      const prints = `${inspect(it, { depth: 20, showHidden: true })}${JSON.stringify(it)}${Object.values(it).join()}`;
      expect(prints).not.toMatch(/s3cret|postgres:/);
    }
  });
});
