import { MikroORM } from '@mikro-orm/sql';
import { neonConfig } from '@neondatabase/serverless';
import { sql } from 'kysely';
import { afterEach, describe, expect, vi } from 'vitest';
import { ConfigurationError, createOrm } from '../../src/index.js';
import { modelOptions } from '../../src/orm/model-options.js';
import { webSocketOptions } from '../../src/orm/neon/websocket.js';
import { test as base } from '../../src/testing/index.js';

const { database: test } = base;

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];

  for await (const row of rows) {
    all.push(row);
  }

  return all;
}

afterEach(() => {
  neonConfig.poolQueryViaFetch = false;
});

describe('the driver’s process-wide settings', () => {
  /** What was set, apart from the one that this file sets itself. */
  const settings = () => {
    const { poolQueryViaFetch: _, ...others } = Reflect.get(neonConfig, 'opts');
    return others;
  };

  test('stay as they are when the package is imported, and when an ORM works', async ({ neon }) => {
    await import('../../src/worker/index.js');

    for (const transport of ['websocket', 'http'] as const) {
      const orm = createOrm({ ...neon, transport });
      await orm.em.fork().execute('select 1');
      await orm.close();
    }

    expect(settings()).toEqual({});
  });
});

describe('poolQueryViaFetch', () => {
  test('is refused when an ORM is made', ({ neon }) => {
    neonConfig.poolQueryViaFetch = true;

    expect(() => createOrm({ ...neon, transport: 'websocket' })).toThrow(ConfigurationError);
  });

  test('is refused when it is turned on later', async ({ neon }) => {
    const orm = createOrm({ ...neon, transport: 'websocket' });
    neonConfig.poolQueryViaFetch = true;

    await expect(orm.em.fork().execute('select 1')).rejects.toThrow('poolQueryViaFetch is on');
    await orm.close();
  });
});

describe('a signal', () => {
  const ormWith = (settings: Parameters<typeof webSocketOptions>[0], signal: AbortSignal) =>
    new MikroORM({ ...modelOptions(), ...webSocketOptions(settings, 3, signal) });

  test('cuts the connections, and ends what runs over them', async ({ neon, em }) => {
    const abort = new AbortController();
    const orm = ormWith(neon, abort.signal);
    const sleeping = `select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(40)' and state = 'active'`;
    const query = orm.em
      .fork()
      .execute('select pg_sleep(40)')
      .catch((error) => error);
    await vi.waitFor(async () => expect(await em.execute(sleeping)).toEqual([{ n: 1 }]), 5000);

    abort.abort();

    expect(await query).toBeInstanceOf(Error);
    await vi.waitFor(async () => expect(await em.execute(sleeping)).toEqual([{ n: 0 }]), 5000);
    await orm.close();
  });

  test('lets no connection be made once it is aborted', async ({ neon }) => {
    const orm = ormWith(neon, AbortSignal.abort(new Error('The client went away.')));

    await expect(orm.em.fork().execute('select 1')).rejects.toThrow('The client went away.');
    await orm.close();
  });
});

test('an error of a query leaves the connection in use', async ({ neon }) => {
  const orm = createOrm({ ...neon, transport: 'websocket', poolSize: 1 });
  const em = orm.em.fork();
  const pid = async () => (await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid'))[0];
  const before = await pid();

  await expect(em.execute('select 1/0')).rejects.toThrow('division by zero');
  await em.transactional(async (outer) => {
    await outer.transactional((inner) => inner.execute('select 1/0')).catch(() => {});
    expect(await outer.execute('select 1 as one')).toEqual([{ one: 1 }]);
  });

  expect(await pid()).toEqual(before);
  await orm.close();
});

test.for(['tcp', 'websocket'] as const)(
  'a transaction over %s whose connection dies leaves the pool usable',
  async (transport, { neon, em }) => {
    const orm = createOrm({ ...neon, transport, poolSize: 1 });

    for (let round = 0; round < 3; round++) {
      const dying = orm.em.fork().transactional(async (inner) => {
        const [session] = await inner.execute<[{ pid: number }]>('select pg_backend_pid() as pid');
        await em.execute('select pg_terminate_backend(?)', [session.pid]);
        await inner.execute('select 1');
      });
      await expect(dying).rejects.toThrow();
      expect(await orm.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
    }

    await orm.close();
  },
);

test('rows are streamed with parameters of every kind, and a connection survives a wrong one', async ({ neon }) => {
  const orm = createOrm({ ...neon, transport: 'websocket', poolSize: 1 });
  const db = orm.em.fork().getKysely();
  const date = new Date('2024-02-29T12:00:00Z');
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  const stream = db
    .selectNoFrom([
      sql<number>`${5}::int`.as('number'),
      sql<boolean>`${true}::boolean`.as('boolean'),
      sql<Date>`${date}::timestamptz = '2024-02-29T12:00:00Z'`.as('date'),
      sql<string[]>`${['a', 'b']}::text[]`.as('array'),
      sql<unknown>`${{ a: [1] }}::jsonb`.as('json'),
      sql<null>`${null}::text`.as('null'),
    ])
    .stream(10);

  expect(await collect(stream)).toEqual([
    { number: 5, boolean: true, date: true, array: ['a', 'b'], json: { a: [1] }, null: null },
  ]);
  await expect(collect(db.selectNoFrom([sql`${cyclic}`.as('x')]).stream(10))).rejects.toThrow('JSON cannot');
  expect(await orm.em.fork().execute('select 1 as one')).toEqual([{ one: 1 }]);
  await orm.close();
});
