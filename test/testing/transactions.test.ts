import { describe, expect } from 'vitest';
import { createOrm, isUniqueViolation, User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';

const ada = { id: 'ada', name: 'Ada', email: 'ada@example.org' };

describe('in a test that is rolled back', () => {
  test.for([1, 2])('nothing is there of what another test has written (%i)', async (_, { em }) => {
    expect(await em.fork().count(User, { id: 'ada' })).toBe(0);
    em.create(User, ada);
    await em.flush();

    expect(await em.fork().count(User, { id: 'ada' })).toBe(1);
  });

  test('a statement that fails spoils nothing', async ({ em }) => {
    await em.fork().insert(User, ada);
    await expect(em.fork().execute('select 1 / 0')).rejects.toThrow('division by zero');
    await expect(em.fork().insert(User, ada)).rejects.toSatisfy(isUniqueViolation);

    expect(await em.fork().count(User, { id: 'ada' })).toBe(1);
  });

  test('a flush that fails takes back all that it wrote, and nothing else', async ({ em }) => {
    await em.fork().insert(User, ada);
    const other = em.fork();
    other.create(User, { ...ada, id: 'eve', email: 'eve@example.org' });
    other.create(User, { ...ada, id: 'bob' });
    await expect(other.flush()).rejects.toSatisfy(isUniqueViolation);

    expect(await em.fork().count(User, { id: ['ada', 'eve', 'bob'] })).toBe(1);
  });

  test('transactions within one another are savepoints', async ({ em }) => {
    await em.transactional(async (outer) => {
      outer.create(User, ada);
      await outer.flush();
      await outer
        .transactional(async (inner) => {
          inner.create(User, { ...ada, id: 'eve', email: 'eve@example.org' });
          await inner.flush();
          throw new Error('on purpose');
        })
        .catch(() => {});
    });

    expect((await em.fork().find(User, { id: ['ada', 'eve'] })).map(({ id }) => id)).toEqual(['ada']);
  });

  test('a transaction that fails is rolled back to its beginning', async ({ em }) => {
    await em.fork().insert(User, ada);
    const transaction = em.fork().transactional(async (inner) => {
      await inner.nativeUpdate(User, { id: 'ada' }, { name: 'Eve' });
      throw new Error('on purpose');
    });
    await expect(transaction).rejects.toThrow('on purpose');

    expect(await em.fork().findOneOrFail(User, 'ada')).toMatchObject({ name: 'Ada' });
  });

  test('a transaction in which an error was caught commits nothing, as ever', async ({ em }) => {
    const transaction = em.fork().transactional(async (inner) => {
      await inner.insert(User, ada);
      await inner.execute('select 1 / 0').catch(() => {});
      await inner.count(User);
    });
    await expect(transaction).rejects.toThrow(/earlier statement of the transaction has failed/);

    expect(await em.fork().count(User, { id: 'ada' })).toBe(0);
  });

  test('a commit checks deferred constraints, each time', async ({ em }) => {
    const sql = (text: string) => em.fork().execute(text);
    await sql('create table parent (id int primary key)');
    await sql('create table child (id int references parent deferrable initially deferred)');
    const orphan = () => em.fork().transactional((inner) => inner.execute('insert into child values (1)'));

    await expect(orphan()).rejects.toThrow(/foreign-key violation/);
    await expect(orphan()).rejects.toThrow(/foreign-key violation/);
    expect(await sql('select * from child')).toEqual([]);
  });

  test('a statement outside of a transaction is checked at its end', async ({ em }) => {
    const sql = (text: string) => em.fork().execute(text);
    await sql('create table parent (id int primary key)');
    await sql('create table child (id int references parent deferrable initially deferred)');

    await expect(sql('insert into child values (1)')).rejects.toThrow(/foreign-key violation/);
    expect(await sql('select * from child')).toEqual([]);
  });

  test('constraints that the test has deferred are so in each of its transactions, while they are there', async ({
    em,
  }) => {
    const sql = (text: string) => em.fork().execute(text);
    await sql('create table parent (id int primary key)');
    await sql('create table child (id int references parent deferrable initially deferred)');

    for (const id of [1, 2]) {
      await em.fork().transactional(async (inner) => {
        await inner.execute(`insert into child values (${id})`);
        await inner.execute(`insert into parent values (${id})`);
      });
    }

    expect(await sql('select * from child')).toHaveLength(2);
    await sql('drop table child');
    await em.fork().transactional((inner) => inner.execute('insert into parent values (3)'));
  });

  test('settings end with their transaction, and so does the role', async ({ em }) => {
    const state = `select current_user <> session_user as switched, current_setting('codex.org', true) as org,
      current_setting('transaction_read_only') as read_only, current_setting('statement_timeout') as timeout`;
    const before = await em.execute(state);
    await em.fork().transactional(async (inner) => {
      await inner.execute(
        `set local role codex_scoped_org; set local statement_timeout = '7s'; select set_config('codex.org', 'x', true)`,
      );
      expect(await inner.execute(state)).toMatchObject([{ switched: true, org: 'x', timeout: '7s' }]);
    });
    expect(await em.execute(state)).toMatchObject([{ ...before[0], org: '' }]);
    await em.fork().execute(`select set_config('codex.org', 'x', true)`);

    expect(await em.execute(state)).toMatchObject([{ ...before[0], org: '' }]);
  });

  test('a read-only transaction writes nothing, and the next one does', async ({ em }) => {
    const write = (inner: typeof em) => inner.insert(User, ada);
    await expect(em.fork().transactional(write, { readOnly: true })).rejects.toThrow(/read-only/);
    await em.fork().transactional(write);

    expect(await em.fork().count(User, { id: 'ada' })).toBe(1);
  });

  test('every isolation level is accepted: nothing runs beside the test', async ({ em }) => {
    await em.fork().transactional((inner) => inner.insert(User, ada), { isolationLevel: 'serializable' as never });

    expect(await em.fork().count(User, { id: 'ada' })).toBe(1);
  });

  test('several queries at once wait for each other', async ({ em }) => {
    const counts = await Promise.all([1, 2, 3, 4].map(() => em.fork().count(User, { id: 'sentinel-creator' })));

    expect(counts).toEqual([1, 1, 1, 1]);
  });

  test('a second connection is refused while a transaction is open, with the way out', async ({ orm }) => {
    const attempt = orm.em.fork().transactional(() => orm.em.fork().count(User));

    await expect(attempt).rejects.toThrow(/test\.database/);
    expect(await orm.em.fork().count(User, { id: 'sentinel-creator' })).toBe(1);
  });

  test('of two transactions at once the second one is refused, and the first one commits', async ({ em }) => {
    const [first, second] = await Promise.allSettled(
      ['ada', 'eve'].map((id) =>
        em.fork().transactional((inner) => inner.insert(User, { id, name: id, email: `${id}@example.org` })),
      ),
    );

    expect(first?.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/test\.database/) } });
    expect(await em.fork().find(User, { id: ['ada', 'eve'] }, { fields: ['id'] })).toMatchObject([{ id: 'ada' }]);
  });

  test('a second ORM on the same database sees what is committed, and nothing of the test', async ({ orm, em }) => {
    await em.fork().insert(User, ada);
    const { host, port, user, password, dbName } = orm.config.getAll();
    const url = `postgresql://${user}:${password}@${host}:${port}/${dbName}`;
    const other = createOrm({ method: 'LOCAL_PROXY', url });

    try {
      expect(await other.em.fork().count(User)).toBe(2);
    } finally {
      await other.close();
    }
  });

  test('a stream gives its rows, and refuses a second connection until its end', async ({ em }) => {
    const names: string[] = [];

    for await (const { name } of em.fork().stream(User, { orderBy: { id: 'asc' } })) {
      names.push(name);
      await expect(em.fork().count(User)).rejects.toThrow(/test\.database/);
    }

    expect(names).toEqual(['Sentinel Creator', 'Sentinel Member']);
    expect(await em.fork().count(User)).toBe(2);
  });
});
