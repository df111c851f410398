import { CompiledQuery, sql } from 'kysely';
import { describe, expect } from 'vitest';
import { asQueryFailedError } from '../../src/errors/without-values.js';
import { type EntityManager, getErrorDetail, Session } from '../../src/index.js';
import { test as base, catchError, expiresAt, marker, print } from './canary.js';

/** A statement with `?` for its values, and the SQLSTATE with which it fails. */
type Failure = [kind: string, code: string, sql: string, values: unknown[]];

/** What the failing statements need beside the tables: constraints of the kinds that these do not have. */
const objects = `
  alter table verification_tokens add constraint value_length check (length(value) < 100);
  alter table verification_tokens add constraint value_once exclude using btree (value with =);
  create table holders (token text primary key, later text references holders deferrable initially deferred);
  create table narrow (token varchar(3), number int, list text[]);
  create table owned (token text);
  alter table owned enable row level security;
  grant insert, select on owned to pg_monitor;
  create policy nothing on owned with check (false);
  create function write_owned(token text) returns void language sql security definer as 'insert into owned values (token)';
  alter function write_owned owner to pg_monitor;
  create function tell(token text) returns void language plpgsql as $$ begin
    raise exception using message = token, detail = token, hint = token;
  end $$;
  create function run(token text) returns void language plpgsql as $$ begin execute token; end $$;
  create type mood as enum ('happy');`;

const newToken = `${marker}-token`;
const long = `${marker}${'-'.repeat(100)}`;
const insertSession = 'insert into sessions (id, user_id, token, expires_at) values (?, ?, ?, ?)';
const insertVerification = 'insert into verification_tokens (id, identifier, value, expires_at) values (?, ?, ?, ?)';

const failures: Failure[] = [
  ['unique', '23505', insertSession, ['other', 'canary', newToken, expiresAt]],
  ['foreign key', '23503', insertSession, ['other', marker, marker, expiresAt]],
  ['foreign key, at the commit', '23503', 'insert into holders values (?, ?)', ['a', marker]],
  ['not null', '23502', insertSession, ['other', 'canary', marker, null]],
  ['check', '23514', insertVerification, ['other', 'ada', long, expiresAt]],
  ['exclusion', '23P01', insertVerification, ['other', 'ada', `${marker}-value`, expiresAt]],
  ['row-level security', '42501', 'select write_owned(?)', [marker]],
  ['malformed value', '22P02', 'select * from sessions where token = ?::uuid::text', [marker]],
  ['malformed number', '22P02', 'insert into narrow (number) values (?::text::int)', [marker]],
  ['malformed instant', '22007', 'select * from sessions where expires_at > ?::timestamptz', [marker]],
  ['malformed JSON', '22P02', 'select ?::json', [`{"${marker}`]],
  ['malformed enumerated value', '22P02', 'select ?::mood', [marker]],
  ['malformed array', '22P02', 'insert into narrow (list) values (?::text::text[])', [`{"${marker}`]],
  ['too long', '22001', 'insert into narrow (token) values (?)', [marker]],
  ['unknown name in a value', '42P01', 'select ?::regclass', [marker]],
  ['raised by a function', 'P0001', 'select tell(?)', [marker]],
  ['SQL in a value', '42601', 'select run(?)', [`${marker} is no SQL`]],
  ['syntax around a value', '42601', 'select ? ? from sessions', [marker, marker]],
];

const numbered = (text: string): string => {
  let count = 0;
  return text.replaceAll('?', () => `$${++count}`);
};

/** Every way to run a statement over MikroORM, each on a unit of work of its own. */
const ormWays: Record<string, (em: EntityManager, text: string, values: unknown[]) => Promise<unknown>> = {
  'em.execute': (em, text, values) => em.execute(text, values),
  'a query builder': (em, text, values) => em.getConnection().execute(text, values),
  Kysely: (em, text, values) => em.getKysely().executeQuery(CompiledQuery.raw(numbered(text), values)),
};

const test = base.extend('broken', { scope: 'file' }, async ({ orm, canaries: _ }): Promise<void> => {
  await orm.em.fork().execute(objects);
});

/** Nothing of the error shows a value, and what code needs of it is there. */
function expectRedacted(error: unknown, code: string): void {
  expect(error).toBeInstanceOf(Error);
  expect(print(error)).not.toContain(marker);
  expect((error as { detail?: unknown }).detail).toBeUndefined();
  expect(asQueryFailedError(error)).toMatchObject({ name: 'QueryFailedError', sqlState: code });
  expect(print(asQueryFailedError(error))).not.toContain(marker);
  expect(getErrorDetail(asQueryFailedError(error))).toBe(getErrorDetail(error));
}

describe.each(failures)('an error of this kind holds no value: %s', (_kind, code, text, values) => {
  const withDetail = /^23/.test(code) || code === 'P0001';

  for (const transport of ['tcp', 'websocket', 'http']) {
    test.for(Object.keys(ormWays))(`over ${transport}, by %s`, async (way, { orms, broken: _ }) => {
      const error = await catchError(() => ormWays[way]!(orms[transport]!.em.fork(), text, values));

      expectRedacted(error, code);
      withDetail && expect(getErrorDetail(error)).toMatch(code === '23502' ? 'Failing row contains' : marker);
    });
  }

  test('over the HTTP executor, alone and in a batch, and over the edge database', async ({
    executor,
    db,
    broken: _,
  }) => {
    const statement = { text: numbered(text), parameters: values };

    for (const work of [
      () => executor.execute(statement),
      () => executor.batch(['select 1', statement]),
      () => db.executeQuery(CompiledQuery.raw(statement.text, values)),
    ]) {
      const error = await catchError(work);

      expectRedacted(error, code);
      withDetail && expect(getErrorDetail(error)).toMatch(code === '23502' ? 'Failing row contains' : marker);
    }
  });
});

/** The unique violation of a token, by each way to write an entity. */
const writes: Record<string, (em: EntityManager) => Promise<unknown>> = {
  flush: async (em) => {
    em.create(Session, { id: 'other', user: 'canary', token: newToken, expiresAt });
    await em.flush();
  },
  'flush, of an update': (em) =>
    em.transactional(async (inner) => {
      const session = inner.create(Session, { ...row, token: 'other' });
      await inner.flush();
      session.token = newToken;
      await inner.flush();
    }),
  transactional: (em) => em.transactional(async (inner) => inner.insert(Session, row)),
  insert: (em) => em.insert(Session, row),
  insertMany: (em) => em.insertMany(Session, [row]),
  upsert: (em) => em.upsert(Session, row),
  upsertMany: (em) => em.upsertMany(Session, [row, { ...row, id: 'third' }]),
  'query builder': (em) => em.qb(Session).insert(row).execute(),
  Kysely: (em) => em.getKysely().insertInto('sessions').values(columns).execute(),
  'raw Kysely': (em) => sql`insert into sessions (id, token) values (${1}, ${newToken})`.execute(em.getKysely()),
  stream: async (em) => {
    for await (const _ of em.getKysely().insertInto('sessions').values(columns).returning('id').stream()) {
    }
  },
};

const row = { id: 'other', user: 'canary', token: newToken, expiresAt };
const columns = { id: 'other', user_id: 'canary', token: newToken, expires_at: expiresAt };

describe('a write of an entity that fails', () => {
  for (const transport of ['tcp', 'websocket']) {
    test.for(Object.entries(writes))(
      `over ${transport} shows no value: %s`,
      async ([way, write], { orms, canaries: _ }) => {
        const error = await catchError(() => write(orms[transport]!.em.fork()));

        expectRedacted(error, way === 'raw Kysely' ? '23502' : '23505');
        expect(getErrorDetail(error)).toContain(marker);
      },
    );
  }

  test('over the edge database shows no value', async ({ db }) => {
    const values = { id: 'other', userId: 'canary', token: newToken, expiresAt };
    const error = await catchError(() => db.insertInto('sessions').values(values).execute());

    expectRedacted(error, '23505');
    expect(getErrorDetail(error)).toContain(marker);
  });
});

describe('a row that is not found', () => {
  test('is not described by what was looked for', async ({ em, canaries: _ }) => {
    for (const work of [
      () => em.findOneOrFail(Session, { token: `${marker}-none` }),
      () => em.findOneOrFail(Session, { token: { $like: `${marker}%`, $ne: newToken } }, { strict: true }),
    ]) {
      const error = await catchError(work);

      expect(error).toMatchObject({ name: 'NotFoundError', message: expect.stringContaining('Session') });
      expect(print(error)).not.toContain(marker);
    }
  });
});
