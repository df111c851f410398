import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { MediaItem } from '../../../src/index.js';
import { createUser, createVideo, january } from '../../support/world.js';
import { test } from './support/edge-test.js';

describe('a value that is read', () => {
  test.for<[expression: string, value: unknown]>([
    [`'2026-01-05 13:00:00+01'::timestamptz`, january(5)],
    [`'0044-03-15 12:00:00+00 BC'::timestamptz`, new Date('-000043-03-15T12:00:00Z')],
    [`min('2026-01-05 12:00:00+00'::timestamptz)`, january(5)],
    [`9007199254740991::bigint`, Number.MAX_SAFE_INTEGER],
    ['count(*)', 1],
    ['sum(7::int)', 7],
    ['7::smallint', 7],
    ['-7::int', -7],
    ['0.5::real', 0.5],
    ['0.5::float8', 0.5],
    [`'NaN'::float8`, Number.NaN],
    ['12345678901234567890.10::numeric', '12345678901234567890.10'],
    ['true', true],
    ['null::int', null],
    [`'{"a_b": [1, {"c_d": null}]}'::jsonb`, { a_b: [1, { c_d: null }] }],
    [`'[{"a_b": [{"c_d": "e_f"}, null]}]'::json`, [{ aB: [{ cD: 'e_f' }, null] }]],
    [`array['{"a_b": 1}'::json]`, [{ aB: 1 }]],
    [`'2026-01-05'::date`, '2026-01-05'],
    [`'2026-01-05 12:00:00'::timestamp`, '2026-01-05 12:00:00'],
    [`array['2026-01-05'::date]`, ['2026-01-05']],
    [`array['2026-01-05 12:00:00'::timestamp]`, ['2026-01-05 12:00:00']],
    [`array[array['2026-01-05 12:00:00+00'::timestamptz, null]]`, [[january(5), null]]],
    ['array[array[1::bigint, null]]', [[1, null]]],
    [`array['12345678901234567890.10'::numeric]`, ['12345678901234567890.10']],
    ['array[1, null]', [1, null]],
    ['array[true, false]', [true, false]],
    [`array['a b', 'null', null]::text[]`, ['a b', 'null', null]],
    [`array['00000000-0000-4000-8000-000000000001'::uuid]`, ['00000000-0000-4000-8000-000000000001']],
    [`array['{"a_b": 1}'::jsonb]`, [{ a_b: 1 }]],
  ])('is of %s what JavaScript has for it', async ([expression, value], { db }) => {
    const { rows } = await sql<{ itsValue: unknown }>`select ${sql.raw(expression)} as its_value`.execute(db);

    expect(rows).toEqual([{ itsValue: value }]);
  });

  test('is bytes for bytea', async ({ db }) => {
    const { rows } = await sql<{ bytes: Uint8Array }>`select '\\x00ff'::bytea as bytes`.execute(db);

    expect(rows[0]?.bytes).toBeInstanceOf(Uint8Array);
    expect([...(rows[0]?.bytes ?? [])]).toEqual([0, 255]);
  });

  test.for([
    '9007199254740992::bigint',
    '(-9007199254740992)::bigint',
    'array[9007199254740993::bigint]',
    `'infinity'::timestamptz`,
    `'-infinity'::timestamptz`,
    `'294276-01-01 00:00:00+00'::timestamptz`,
    `array['infinity'::timestamptz]`,
  ])('is refused where it would not be exact: %s', async (expression, { db }) => {
    const query = sql`select ${sql.raw(expression)} as value`.execute(db);

    await expect(query).rejects.toThrow(RangeError);
    await expect(query).rejects.toThrow(/Select it as text/);
    await expect(query).rejects.not.toThrow(/9007|294276|infinity/);
  });

  test('is converted under an alias, too', async ({ db, em }) => {
    const { createdAt } = await createUser(em);

    const { since, users } = await db
      .selectFrom('users')
      .select(({ fn }) => [fn.max('createdAt').as('since'), fn.countAll<number>().as('users')])
      .executeTakeFirstOrThrow();

    expect(since).toEqual(createdAt);
    expect(users).toBeTypeOf('number');
  });
});

describe('a value that is sent', () => {
  test('may be a Date, a number, a boolean or null', async ({ db, em }) => {
    const { id } = (await createVideo(em, await createUser(em))).mediaItem!;

    await db
      .updateTable('mediaItems')
      .set({ uploadedAt: january(5), fileSizeBytes: Number.MAX_SAFE_INTEGER, description: null })
      .where('createdAt', '<', new Date(Date.now() + 60_000))
      .where('id', '=', id)
      .execute();

    expect(await em.fork().findOneOrFail(MediaItem, id)).toMatchObject({
      uploadedAt: january(5),
      fileSizeBytes: Number.MAX_SAFE_INTEGER,
      description: null,
    });
    const { emailVerified } = await db
      .updateTable('users')
      .set({ emailVerified: true })
      .returning('emailVerified')
      .executeTakeFirstOrThrow();
    expect(emailVerified).toBe(true);
  });

  test('may be an array where PostgreSQL wants one', async ({ db, em }) => {
    const { id } = await createUser(em);

    const users = await db
      .selectFrom('users')
      .select('id')
      .where('id', '=', ({ fn, val }) => fn.any(val([id, 'nobody'])))
      .execute();

    expect(users).toEqual([{ id }]);
  });
});
