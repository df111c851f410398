import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { InvalidArgumentError } from '../../../src/edge/index.js';
import { createCanaries, expiresAt, marker } from '../../secrets/canary.js';
import { test as base } from './support/edge-test.js';

const test = base.extend('canaries', { scope: 'file' }, async ({ orm }): Promise<void> => {
  const em = orm.em.fork();
  createCanaries(em);
  await em.flush();
});

const visible = {
  id: 'canary',
  userId: 'canary',
  expiresAt,
  createdAt: expect.any(Date),
  updatedAt: expect.any(Date),
  ipAddress: null,
  userAgent: null,
};
const token = `${marker}-token`;

describe('selectAll', () => {
  test('leaves secrets out, and a name brings them back', async ({ db, canaries: _ }) => {
    const sessions = db.selectFrom('sessions');

    expect(await sessions.selectAll().execute()).toEqual([visible]);
    expect(await sessions.selectAll('sessions').execute()).toEqual([visible]);
    expect(await sessions.selectAll().select('token').execute()).toEqual([{ ...visible, token }]);
    expect(await sessions.select('token').execute()).toEqual([{ token }]);
    expect(await db.withDeleted().selectFrom('sessions').selectAll().execute()).toEqual([visible]);
    expect(await db.withSchema('public').selectFrom('sessions').selectAll().execute()).toEqual([visible]);
  });

  test('follows an alias, also from inside a subquery', async ({ db, canaries: _ }) => {
    const aliased = db.selectFrom('sessions as it');

    expect(await aliased.selectAll().execute()).toEqual([visible]);
    expect(await aliased.selectAll('it').execute()).toEqual([visible]);
    const copies = aliased.innerJoinLateral(
      (eb) => eb.selectFrom('users').selectAll('it').as('copy'),
      (join) => join.onTrue(),
    );
    expect(await copies.selectAll('copy').execute()).toEqual([visible]);
  });

  test('keeps the columns of the other tables, and their order', async ({ db, canaries: _ }) => {
    const [row] = await db
      .selectFrom('users')
      .innerJoin('sessions as session', 'session.userId', 'users.id')
      .leftJoin('accounts', 'accounts.userId', 'users.id')
      .selectAll()
      .execute();

    expect(Object.keys(row!).sort()).toEqual(
      [
        ...['accessTokenExpiresAt', 'accountId', 'createdAt', 'email', 'emailVerified', 'expiresAt', 'id', 'image'],
        ...['ipAddress', 'name', 'providerId', 'refreshTokenExpiresAt', 'scope', 'updatedAt', 'userAgent', 'userId'],
      ].sort(),
    );
    expect(JSON.stringify(row)).not.toContain(marker);
  });

  test('takes a CTE or a subquery for what it is, whatever its name', async ({ db, canaries: _ }) => {
    const ids = db.with('sessions', (inner) => inner.selectFrom('users').select('id')).selectFrom('sessions');
    expect(await ids.selectAll().execute()).toEqual([{ id: 'canary' }]);
    expect(await ids.selectAll('sessions').execute()).toEqual([{ id: 'canary' }]);

    const secrets = db.selectFrom('sessions').select('token');
    expect(await db.selectFrom(secrets.as('sessions')).selectAll().execute()).toEqual([{ token }]);

    const all = db.with('every', (inner) => inner.selectFrom('sessions').selectAll()).selectFrom('every');
    expect(await all.selectAll().execute()).toEqual([visible]);

    const inner = db
      .with('other', (cte) => cte.selectFrom('sessions').selectAll())
      .with('sessions', (cte) => cte.selectFrom('other').select('id'));
    expect(
      await inner.selectFrom('sessions').innerJoin('other', 'other.id', 'sessions.id').selectAll('other').execute(),
    ).toEqual([visible]);
  });

  test('works in each part of a union and beside values', async ({ db, canaries: _ }) => {
    const sessions = db.selectFrom('sessions').selectAll();
    expect(await sessions.unionAll(sessions).execute()).toEqual([visible, visible]);

    const values = sql<{ n: number }>`(values (1))`.as<'v'>(sql`v(n)`);
    await expect(db.selectFrom(['sessions', values]).selectAll().execute()).rejects.toThrow(InvalidArgumentError);
    expect(await db.selectFrom(['sessions', values]).selectAll('sessions').execute()).toEqual([visible]);
  });
});

describe('returningAll', () => {
  test('leaves secrets out, and a name brings them back', async ({ db, canaries: _ }) => {
    const id = 'written';
    const values = { id, userId: 'canary', token: 'new', expiresAt };
    const written = { ...visible, id };

    expect(await db.insertInto('sessions').values(values).returningAll().execute()).toEqual([written]);
    const update = db.updateTable('sessions as it').set({ userAgent: 'x' }).where('it.id', '=', id);
    expect(await update.returningAll().execute()).toEqual([{ ...written, userAgent: 'x' }]);
    expect(await update.returningAll('it').returning('token').execute()).toEqual([
      { ...written, userAgent: 'x', token: 'new' },
    ]);
    const [joined] = await db
      .updateTable('users')
      .from('sessions')
      .set({ image: null })
      .whereRef('users.id', '=', 'sessions.userId')
      .where('sessions.id', '=', id)
      .returningAll()
      .execute();
    expect(joined).toEqual({
      ...written,
      userAgent: 'x',
      name: 'Ada',
      email: 'ada@example.org',
      emailVerified: false,
      image: null,
    });
    expect(
      await db.deleteFrom('users').using('sessions').where('users.id', '=', 'none').returningAll('sessions').execute(),
    ).toEqual([]);
    expect(await db.deleteFrom('sessions').where('id', '=', id).returningAll().execute()).toEqual([
      { ...written, userAgent: 'x' },
    ]);
  });
});

describe('a function of a whole row', () => {
  test('is refused where the row holds secrets', async ({ db, canaries: _ }) => {
    for (const query of [
      db.selectFrom('sessions').select((eb) => eb.fn.toJson('sessions').as('row')),
      db.selectFrom('sessions as it').select((eb) => eb.fn.toJson('it').as('row')),
      db.selectFrom('sessions').select((eb) => eb.fn.jsonAgg('sessions').as('rows')),
      db.selectFrom('sessions').select((eb) =>
        eb
          .selectFrom('users')
          .select(eb.fn.toJson('sessions' as never).as('row'))
          .as('rows'),
      ),
    ]) {
      await expect(query.execute()).rejects.toThrow(InvalidArgumentError);
    }

    expect(
      await db
        .selectFrom('users')
        .select((eb) => eb.fn.toJson('users').as('row'))
        .execute(),
    ).toMatchObject([{ row: { id: 'canary' } }]);
    expect(
      await db
        .selectFrom('sessions')
        .select((eb) => eb.fn.countAll('sessions').as('count'))
        .execute(),
    ).toEqual([{ count: 1 }]);
  });
});
