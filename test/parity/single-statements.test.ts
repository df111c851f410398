import { wrap } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import {
  Content,
  type EntityManager,
  Organization,
  type Orm,
  TransactionNotSupportedError,
  User,
} from '../../src/index.js';
import { publish } from '../support/world.js';
import { catchError, collect, type Each, expectSame, test } from './transports.js';

/** What one statement does, told by what it gives; `id` is another one on each transport, of the same length. */
const statements: [name: string, work: (em: EntityManager, id: string) => Promise<unknown>][] = [
  ['insert', (em, id) => em.insert(User, { id, name: 'Ada', email: id })],
  ['nativeUpdate', (em, id) => em.nativeUpdate(User, { id }, { name: 'Grace' })],
  ['nativeUpdate of nothing', (em) => em.nativeUpdate(User, { id: 'nobody' }, { name: 'Grace' })],
  [
    'find',
    async (em, id) =>
      (await em.find(User, { id })).map(({ name, image, emailVerified }) => [name, image, emailVerified]),
  ],
  ['count', (em, id) => em.count(User, { id })],
  ['upsert', async (em, id) => (await em.upsert(User, { id, name: 'Joan', email: id })).name],
  [
    'upsertMany',
    async (em, id) => (await em.upsertMany(User, [{ id, name: 'Mary', email: id }])).map(({ name }) => name),
  ],
  ['execute, run', (em, id) => em.execute('update users set name = name where id = ?', [id], 'run')],
  ['execute, get', (em) => em.execute('select 1 as n', [], 'get')],
  ['returning', (em, id) => em.execute(`update users set name = 'Rosa' where id = ? returning name`, [id], 'run')],
  ['query builder', (em, id) => em.createQueryBuilder(User).select(['name']).where({ id }).execute()],
  ['kysely', (em, id) => em.getKysely().selectFrom('users').select('name').where('id', '=', id).execute()],
  ['findOne of nothing', (em) => em.findOne(User, 'nobody')],
  ['refresh', async (em, id) => (await em.refreshOrFail(await em.findOneOrFail(User, id))).name],
  ['nativeDelete', (em, id) => em.nativeDelete(User, { id })],
  [
    'merge',
    (em) => em.execute(`merge into users using (values (1)) as v on false when matched then delete`, [], 'run'),
  ],
  ['create table', (em) => em.execute('create table if not exists users (id int)', [], 'run')],
];

const plain = (entity: object): unknown => wrap(entity).toPOJO();

describe('a single statement does the same on every transport', () => {
  test('one after the other', async ({ orms }) => {
    const ids: Each<string> = { tcp: 'user-1', websocket: 'user-2', http: 'user-3' };

    for (const [name, work] of statements) {
      const { tcp, websocket, http } = await collect((transport) => work(orms[transport].em.fork(), ids[transport]));
      const anonymous = (value: unknown) => (typeof value === 'string' ? value.replace(/\d$/, '') : value);

      expectSame(anonymous(websocket), anonymous(tcp), `${name} over WebSocket`);
      expectSame(anonymous(http), anonymous(tcp), `${name} over HTTP`);
    }
  });

  test('inserts, changes and deletes what it says', async ({ orms }) => {
    const em = (): EntityManager => orms.http.em.fork();

    expect(await em().insert(User, { id: 'ada', name: 'Ada', email: 'ada' })).toBe('ada');
    expect(await em().nativeUpdate(User, { id: 'ada' }, { name: 'Grace' })).toBe(1);
    expect(await em().findOneOrFail(User, 'ada')).toMatchObject({ name: 'Grace', image: null });
    expect(await em().nativeDelete(User, { id: 'ada' })).toBe(1);
    expect(await em().findOne(User, 'ada')).toBeNull();
  });

  test.for(['joined', 'select-in'] as const)('populates relations alike (%s)', async (strategy, { orms, orm }) => {
    const { content } = await publish(orm.em.fork());
    const found = await collect(async (transport) =>
      plain(
        await orms[transport].em
          .fork()
          .findOneOrFail(Content, content.id, { populate: ['creator', 'organization', 'mediaItem'], strategy }),
      ),
    );

    expect(found.tcp).toMatchObject({ creator: { name: 'Ada' }, organization: { name: 'Studio' }, tags: [] });
    expectSame(found.websocket, found.tcp);
    expectSame(found.http, found.tcp);
  });

  test('filters and pages alike', async ({ orms, orm }) => {
    const em = orm.em.fork();
    const organizations = [1, 2, 3, 4].map((n) => em.create(Organization, { name: `Page ${n}`, slug: `page-${n}` }));
    await em.flush();
    em.remove(organizations[3]!);
    await em.flush();

    const pages = await collect(async (transport) => {
      const own = orms[transport].em.fork();
      const where = { slug: { $like: 'page-%' } };
      const [items, total] = await own.findAndCount(Organization, where, {
        orderBy: { slug: 'asc' },
        limit: 2,
        offset: 1,
      });
      const cursor = await own.findByCursor(Organization, { where, orderBy: { slug: 'asc' }, first: 2 });

      return {
        items: items.map(plain),
        total,
        hidden: await own.count(Organization, where, { filters: false }),
        next: [cursor.items.length, cursor.totalCount, cursor.hasNextPage, cursor.endCursor],
      };
    });

    expect(pages.tcp).toMatchObject({ total: 3, hidden: 4, items: [{ slug: 'page-2' }, { slug: 'page-3' }] });
    expectSame(pages.websocket, pages.tcp);
    expectSame(pages.http, pages.tcp);
  });
});

describe('over HTTP', () => {
  const attempts: [string, (orm: Orm) => Promise<unknown>][] = [
    ['em.flush', (orm) => flushUser(orm.em.fork())],
    ['em.transactional', (orm) => orm.em.fork().transactional((em) => em.insert(User, refused))],
    ['em.begin', (orm) => orm.em.fork().begin()],
    [
      'a transaction of Kysely',
      (orm) =>
        orm.em
          .fork()
          .getKysely()
          .transaction()
          .execute(async () => {}),
    ],
    ['BEGIN', (orm) => orm.em.fork().execute('begin')],
  ];

  test.for(attempts)('%s is refused before anything is sent', async ([, attempt], { orms, orm }) => {
    const error = await catchError(attempt(orms.http));

    expect(error).toMatchObject({ code: 'TRANSACTION_NOT_SUPPORTED' });
    expect(error.message).toMatch(/over TCP or WebSocket/);
    expect(await orm.em.fork().count(User, { id: refused.id })).toBe(0);
  });

  test('the refusal is this package’s own error', async ({ orms }) => {
    expect(await catchError(flushUser(orms.http.em.fork()))).toBeInstanceOf(TransactionNotSupportedError);
  });

  test('a flush with nothing to write succeeds', async ({ orms }) => {
    await expect(orms.http.em.fork().flush()).resolves.toBeUndefined();
  });

  test('em.stream is refused', async ({ orms }) => {
    await expect(orms.http.em.fork().stream(User).next()).rejects.toThrow(/comes as a whole. Use execute\(\)/);
  });
});

const refused = { id: 'refused', name: 'Refused', email: 'refused@example.org' };

async function flushUser(em: EntityManager): Promise<void> {
  em.create(User, refused);
  await em.flush();
}
