import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { type EntityManager, Session, type Tables, User } from '../../src/index.js';
import { expiresAt, guarded, marker, print, secretsOf, test } from './canary.js';

type Guarded = (typeof guarded)[number];

/** Rows of whatever kind, read without naming a secret. */
type Reader = (em: EntityManager, guarded: Guarded) => Promise<unknown>;

const everything = { populate: ['*'] as never };

const readers: Record<string, Reader> = {
  find: (em, { entity }) => em.find(entity, {}),
  'find, everything populated': (em, { entity }) => em.find(entity, {}, everything),
  'find, every field': (em, { entity }) => em.find(entity, {}, { fields: ['*'] }),
  'find, some left out': (em, { entity }) => em.find(entity, {}, { exclude: ['id'], ...everything } as never),
  'find, by a secret': (em, { entity, properties }) => em.find(entity, { [properties[0]!]: { $ne: null } }, everything),
  findAll: (em, { entity }) => em.findAll(entity),
  findOne: (em, { entity }) => em.findOne(entity, { id: 'canary' }, { fields: ['*'] as never }),
  findAndCount: (em, { entity }) => em.findAndCount(entity, {}, everything),
  findByCursor: (em, { entity }) => em.findByCursor(entity, { first: 5, orderBy: { id: 'asc' }, ...everything }),
  refresh: async (em, { entity }) => em.refresh(await em.findOneOrFail(entity, 'canary'), everything),
  populate: async (em, { entity }) => em.populate(await em.find(entity, {}), ['*'] as never),
  'a reference that is loaded': (em, { entity }) =>
    em.getReference(entity, 'canary', { wrapped: true }).load(everything),
  'driver.find': (em, { entity }) => em.getDriver().find(entity, {}),
  'driver.createQueryBuilder': (em, { entity }) => em.getDriver().createQueryBuilder(entity).execute(),

  'query builder': (em, { entity }) => em.createQueryBuilder(entity).execute(),
  'query builder, *': (em, { entity }) => em.qb(entity).select('*').execute('all', false),
  'query builder, alias.*': (em, { entity }) => em.qb(entity, 'it').select('it.*').execute(),
  'query builder, clone': (em, { entity }) => em.qb(entity).select('*').clone().execute(),
  'query builder, getResult': (em, { entity }) => em.qb(entity, 'it').select('*').getResult(),
  'query builder, joined': (em) => em.qb(Session, 's').leftJoinAndSelect('s.user', 'u').execute(),
  'query builder, paginated': (em) =>
    em
      .qb(Session, 's')
      .select('*')
      .leftJoinAndSelect('s.user', 'u')
      .leftJoinAndSelect('u.memberships', 'm')
      .limit(3)
      .getResult(),
  'query builder, from a subquery': (em, { entity }) =>
    em.qb(em.qb(entity, 'inner').select('*') as never, 'outer').execute(),
  'query builder, union': (em, { entity }) => em.qb(entity).select('*').unionAll(em.qb(entity).select('*')).execute(),
  'query builder, returning': (em, { entity }) =>
    em
      .qb(entity)
      .update({ createdAt: expiresAt } as never)
      .where({ id: 'canary' })
      .returning('*' as never)
      .execute(),

  kysely: (em, { table }) => em.getKysely().selectFrom(table).selectAll().execute(),
  'kysely, from the table': (em, { table }) => em.getKysely().selectFrom(table).selectAll(table).execute(),
  'kysely, from an alias': (em, { table }) => em.getKysely().selectFrom(`${table} as it`).selectAll('it').execute(),
  'kysely, joined': (em, { table }) =>
    em.getKysely().selectFrom('users').innerJoin(table, `${table}.id`, 'users.id').selectAll().execute(),
  'kysely, returning': (em, { table }) =>
    em.getKysely().updateTable(table).set({ created_at: expiresAt }).returningAll().execute(),
  'kysely, property names': (em, { entity }) =>
    em
      .getKysely<any>({ tableNamingStrategy: 'entity', columnNamingStrategy: 'property' })
      .selectFrom(entity.name)
      .selectAll()
      .execute(),
};

describe.each(Object.entries(readers))('%s', (way, read) => {
  const transports = /getResult|cursor|returning|^find$|^kysely$/i.test(way) ? ['tcp', 'websocket', 'http'] : ['tcp'];

  test.for(transports.flatMap((transport) => guarded.map((each) => [each.table, transport, each] as const)))(
    'of %s over %s holds no secret',
    async ([, transport, each], { orms }) => {
      const rows = await read(orms[transport]!.em.fork(), each);

      expect(rows).toBeTruthy();
      expect(print(rows)).not.toContain(marker);
      expect(selected(rows, each.properties)).toEqual([]);
    },
  );
});

/** The secrets that are there, though nothing prints them. */
const selected = (rows: unknown, properties: readonly string[]): string[] =>
  [rows].flat(2).flatMap((row) => properties.filter((name) => String(Reflect.get(Object(row), name)).includes(marker)));

describe('a secret that is asked for by name', () => {
  test.for(guarded)('is read by the ORM: $table', async ({ entity, properties, columns }, { em, canaries: _ }) => {
    const expected = secretsOf(properties);
    const loaded = await em.findOneOrFail(entity, 'canary', { populate: properties });

    expect(pickFrom(loaded, properties)).toEqual(expected);
    expect(pickFrom(await em.fork().findOneOrFail(entity, 'canary', { fields: properties }), properties)).toEqual(
      expected,
    );
    const both = ['*', ...properties] as never;
    expect(pickFrom(await em.fork().findOneOrFail(entity, 'canary', { fields: both }), properties)).toEqual(expected);
    expect(pickFrom(await em.fork().findOneOrFail(entity, 'canary', { populate: both }), properties)).toEqual(expected);
    const [row] = await em.qb(entity).select(both).execute();
    expect(row).toMatchObject({ id: 'canary', ...expected });
    const [returned] = await em
      .getKysely()
      .updateTable('sessions')
      .set({ created_at: expiresAt })
      .returning('token')
      .execute();
    expect(returned).toEqual({ token: expect.stringContaining(marker) });
    expect(columns).not.toEqual([]);
  });

  test.for(guarded)('is read by Kysely: $table', async ({ table, columns, properties }, { em, canaries: _ }) => {
    const row = await em.getKysely().selectFrom(table).selectAll().select(columns).executeTakeFirst();

    expect(Object.values(pickFrom(row!, columns))).toEqual(Object.values(secretsOf(properties)));
    expect(row).toMatchObject({ id: 'canary' });
  });

  test('is read by raw SQL as it is written', async ({ em, canaries: _ }) => {
    expect(await em.execute('select * from sessions')).toMatchObject([secretsOf(['token'])]);
    expect((await sql<Tables['sessions']>`select * from sessions`.execute(em.getKysely())).rows).toMatchObject([
      secretsOf(['token']),
    ]);
  });
});

describe('a user', () => {
  test('is not printed with secrets, whatever is loaded beside', async ({ em, canaries: _ }) => {
    await em.find(Session, {}, { populate: ['token'] });
    const user = await em.findOneOrFail(User, 'canary', everything);

    expect(print(user)).not.toContain(marker);
  });
});

const pickFrom = (source: object, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, Reflect.get(source, name)]));
