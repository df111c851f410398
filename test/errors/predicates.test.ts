import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import fc from 'fast-check';
import pg from 'pg';
import { afterEach, describe, expect } from 'vitest';
import {
  type EntityManager,
  getConstraintName,
  getErrorDetail,
  isCheckViolation,
  isForeignKeyViolation,
  isNotNullViolation,
  isUniqueViolation,
  Organization,
  type Orm,
  User,
} from '../../src/index.js';
import { test as base } from '../../src/testing/index.js';
import { databaseUrl } from '../support/database-url.js';

const { database: test } = base;

const predicates = { isUniqueViolation, isForeignKeyViolation, isNotNullViolation, isCheckViolation };

/** One statement for each kind of violation, and what is to be found on its error. */
const violations = [
  {
    kind: 'isUniqueViolation',
    sql: `insert into users (id, name, email) values ('twin', 'Ada', 'taken@example.org')`,
    constraint: 'users_email_unique',
    detail: 'Key (email)=(taken@example.org) already exists.',
  },
  {
    kind: 'isForeignKeyViolation',
    sql: `insert into media_items (creator_id, title, media_type, r2_key) values ('nobody', 't', 'video', 'k')`,
    constraint: 'media_items_creator_id_foreign',
    detail: 'Key (creator_id)=(nobody) is not present in table "users".',
  },
  {
    kind: 'isNotNullViolation',
    sql: `insert into organizations (slug) values ('nameless')`,
    constraint: undefined,
    detail: expect.stringContaining('Failing row contains'),
  },
  {
    kind: 'isCheckViolation',
    sql: `insert into media_items (creator_id, title, media_type, r2_key) values ('taken', 't', 'image', 'k')`,
    constraint: 'media_items_media_type_check',
    detail: expect.stringContaining('Failing row contains'),
  },
] as const;

/** The same statement, failing in each library. */
const libraries: Record<string, (sql: string, em: EntityManager, orm: Orm) => Promise<unknown>> = {
  MikroORM: (sql, em) => em.execute(sql),
  pg: (sql, _em, orm) => withClient(orm, (client) => client.query(sql)),
  Kysely: (sql, em) => {
    const kysely = em.getKysely();
    return kysely.executeQuery({
      sql,
      parameters: [],
      query: kysely.selectFrom('users').toOperationNode(),
      queryId: { queryId: 'violation' },
    });
  },
  'Neon over HTTP': (sql, _em, orm) => neonOver(orm).query(sql),
};

async function withClient<T>(orm: Orm, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(databaseUrl(orm));
  await client.connect();

  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Neon's own HTTP driver; its requests are answered by the test database, failures as Neon's proxy words them. */
function neonOver(orm: Orm): NeonQueryFunction<false, false> {
  neonConfig.fetchFunction = async (_url: string, { body }: { body: string }) => {
    const { query, params } = JSON.parse(body);

    try {
      await withClient(orm, (client) => client.query(query, params));
      return Response.json({ fields: [], rows: [], command: '', rowCount: 0, rowAsArray: true });
    } catch (error) {
      const { message, ...fields } = error as pg.DatabaseError;
      return Response.json({ message, ...fields }, { status: 400 });
    }
  };

  return neon('postgresql://ada:secret@ep-test.example.org/codex');
}

afterEach(() => {
  neonConfig.fetchFunction = undefined;
});

describe.each(Object.keys(libraries))('an error that %s throws', (library) => {
  test.for(violations)('is recognised: $kind', async ({ kind, sql, constraint, detail }, { em, orm }) => {
    await em.upsert(User, { id: 'taken', name: 'Ada', email: 'taken@example.org' });
    const error = await libraries[library]!(sql, em, orm).then(
      () => expect.unreachable('the statement was accepted'),
      (caught: unknown) => caught,
    );
    const wrapped = new Error('outer', {
      cause: { reason: 'a plain object', cause: new Error('inner', { cause: error }) },
    });

    for (const thrown of [error, wrapped]) {
      expect(Object.entries(predicates).filter(([, holds]) => holds(thrown))).toEqual([[kind, predicates[kind]]]);
      expect(getConstraintName(thrown)).toBe(constraint);
      expect(getErrorDetail(thrown)).toEqual(detail);
    }
  });
});

describe('an error that a flush throws', () => {
  test('is recognised with its constraint', async ({ em }) => {
    em.create(Organization, { name: 'One', slug: 'flushed' });
    em.create(Organization, { name: 'Two', slug: 'flushed' });
    const error = await em.flush().catch((caught: unknown) => caught);

    expect(isUniqueViolation(error)).toBe(true);
    expect(getConstraintName(error)).toBe('organizations_slug_unique');
  });
});

describe('on anything else', () => {
  const questions = [...Object.values(predicates), getConstraintName, getErrorDetail];
  const answersNothing = (value: unknown) => {
    for (const ask of questions) {
      expect([false, undefined]).toContain(ask(value));
    }
  };

  test('nothing is found and nothing is thrown', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), answersNothing));
  });

  test('a code that is no SQLSTATE of a violation is not taken for one', () => {
    for (const code of ['23505 ', 23505, '2350', 'EPIPE', 'ECONNREFUSED', '42601', null]) {
      answersNothing({ code });
    }
  });

  test('a system error around a violation does not hide it', () => {
    expect(isUniqueViolation({ code: 'EPIPE', cause: { code: '23505' } })).toBe(true);
  });

  test('the outermost SQLSTATE counts', () => {
    const error = { code: '40001', cause: { code: '23505', constraint: 'c' } };

    expect(isUniqueViolation(error)).toBe(false);
    expect(getConstraintName(error)).toBeUndefined();
  });

  test('a violation is found below any number of causes, in any shape', () => {
    const leaf = fc.record({ code: fc.constant('23505'), constraint: fc.constant('c'), detail: fc.constant('d') });

    fc.assert(
      fc.property(
        leaf,
        fc.array(fc.constantFrom('error', 'object', 'frozen', 'function'), { maxLength: 200 }),
        (error, wraps) => {
          const wrapped = wraps.reduce<unknown>((cause, wrap) => {
            switch (wrap) {
              case 'error':
                return new Error('outer', { cause });
              case 'frozen':
                return Object.freeze({ cause });
              case 'function':
                return Object.assign(() => undefined, { cause });
              default:
                return { cause };
            }
          }, error);

          expect(isUniqueViolation(wrapped)).toBe(true);
          expect(getConstraintName(wrapped)).toBe('c');
          expect(getErrorDetail(wrapped)).toBe('d');
        },
      ),
    );
  });

  test('a cycle of causes ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), (length, target) => {
        const chain = Array.from({ length }, () => ({}) as { cause?: unknown });
        chain.forEach((link, position) => {
          link.cause = chain[position + 1] ?? chain[target % length];
        });

        answersNothing(chain[0]);
      }),
    );
  });

  test('hostile getters and proxies are survived', () => {
    const hostile = () => {
      throw new Error('hostile');
    };
    const endless = (): object => ({
      get cause() {
        return endless();
      },
    });
    const throwing = { get: hostile, has: hostile, getPrototypeOf: hostile, ownKeys: hostile };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    answersNothing(Object.defineProperty({}, 'code', { get: hostile }));
    answersNothing(Object.defineProperty({ code: 'none' }, 'cause', { get: hostile }));
    answersNothing(new Proxy({}, throwing));
    answersNothing({ cause: new Proxy(() => undefined, throwing) });
    answersNothing(proxy);
    answersNothing(endless());
    expect(isUniqueViolation(Object.defineProperty({ code: '23505' }, 'constraint', { get: hostile }))).toBe(true);
    expect(getConstraintName(Object.defineProperty({ code: '23505' }, 'constraint', { get: hostile }))).toBeUndefined();
  });
});
