import { DeadlockException, IsolationLevel, UniqueConstraintViolationException } from '@mikro-orm/core';
import { describe, expect, vi } from 'vitest';
import { type EntityManager, getErrorDetail, isUniqueViolation, type Orm, transports, User } from '../../src/index.js';
import { catchError, collect, expectSame, report, sessions, test } from './transports.js';

test.beforeAll(async ({ orm }) => {
  await orm.em.fork().execute(`
    create table counter (id int primary key, n int);
    insert into counter values (1, 0);
    create function wait_in_a_ring() returns void language plpgsql as $$ begin
      perform set_config('deadlock_timeout', '10ms', true);
      perform pg_advisory_xact_lock(1);
      perform pg_advisory_xact_lock(3);
      perform pg_advisory_xact_lock(2);
    end $$;`);
});

const waiting = async (orm: Orm, key: number): Promise<boolean> => {
  const rows = await orm.em.fork().execute(
    `select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database
       where locktype = 'advisory' and not granted and objid = ? and datname = current_database()`,
    [key],
  );
  return rows.length > 0;
};

const lock = (em: EntityManager, key: number) => em.execute('select pg_advisory_xact_lock(?)', [key]);

/**
 * Lets `work` wait for lock 3 while it holds 1, has another wait for 1 while that holds 2, and then lets `work` wait for 2:
 * it is the last one, and the only one that looks for deadlocks soon.
 */
async function deadlock(orm: Orm, work: () => Promise<unknown>): Promise<unknown> {
  let thrown: Promise<unknown> | undefined;
  let other: Promise<unknown> | undefined;

  await orm.em.fork().transactional(async (gate) => {
    await lock(gate, 3);
    thrown = catchError(work());
    await vi.waitUntil(() => waiting(orm, 3));
    other = orm.em.fork().transactional(async (em) => {
      await em.execute(`set local deadlock_timeout = '1min'`);
      await lock(em, 2);
      await lock(em, 1);
    });
    await vi.waitUntil(() => waiting(orm, 1));
  });
  await other;

  return thrown;
}

describe('an error between two transactions', () => {
  test('is a deadlock on every transport', async ({ orms, orm }) => {
    const { tcp, websocket, http } = await collect(
      (transport) => deadlock(orm, () => orms[transport].em.fork().execute('select wait_in_a_ring()')) as Promise<any>,
    );
    // The detail names processes.
    const anonymous = (error: any) => JSON.parse(JSON.stringify(report(error)).replaceAll(/\d{2,}/g, 'n'));

    expect(tcp).toBeInstanceOf(DeadlockException);
    expect(tcp).toMatchObject({ code: '40P01', routine: 'DeadLockReport' });
    expect(getErrorDetail(tcp)).toMatch(/^Process \d+ waits for ExclusiveLock on advisory lock/);
    expect(anonymous(websocket)).toEqual(anonymous(tcp));
    expect(anonymous(http)).toEqual(anonymous(tcp));
  });

  test('is a serialization failure on every transport', async ({ orms, orm, executor }) => {
    const bump = 'update counter set n = n + 1 where id = 1';
    const seen = await collect(async (transport) => {
      if (transport === 'http') {
        return batch();
      }

      return catchError(
        orms[transport].em.fork().transactional(
          async (em) => {
            await em.execute('select n from counter');
            await orm.em.fork().execute(bump);
            await em.execute(bump);
          },
          { isolationLevel: IsolationLevel.REPEATABLE_READ },
        ),
      );
    });

    expect(seen.tcp).toBeInstanceOf(DeadlockException);
    expect(seen.tcp).toMatchObject({ code: '40001', message: expect.stringContaining('serialization failure') });
    expectSame(report(seen.websocket), report(seen.tcp));
    expect(seen.http).toMatchObject({ sqlState: '40001', isRetryable: true });
    expect(seen.http.cause.reveal('message')).toBe(seen.tcp.cause.reveal('message'));

    /** The batch has its snapshot once it waits for the lock; then the row changes under it. */
    async function batch() {
      let thrown: Promise<any> | undefined;
      await orm.em.fork().transactional(async (gate) => {
        await lock(gate, 7);
        thrown = catchError(
          executor.batch(['select pg_advisory_xact_lock(7)', bump], { isolationLevel: 'repeatable read' }),
        );
        await vi.waitUntil(() => waiting(orm, 7));
        await orm.em.fork().execute(bump);
      });

      return thrown;
    }
  });
});

describe('a limit of time', () => {
  test('ends a statement alike', async ({ orms, executor }) => {
    const seen = await collect((transport) =>
      catchError(
        transport === 'http'
          ? executor.batch([`set local statement_timeout = '20ms'`, 'select pg_sleep(10)'])
          : orms[transport].em.fork().transactional(async (em) => {
              await em.execute(`set local statement_timeout = '20ms'`);
              await em.execute('select pg_sleep(10)');
            }),
      ),
    );

    expect(seen.tcp).toMatchObject({ code: '57014', message: expect.stringContaining('time limit') });
    expectSame(report(seen.websocket), report(seen.tcp));
    expect(seen.http).toMatchObject({ sqlState: '57014', statementIndex: undefined });
    expect(seen.http.cause.reveal('message')).toBe(seen.tcp.cause.reveal('message'));
  });
});

describe('a unit of work', () => {
  const twice = { id: 'twice', name: 'Twice', email: 'twice@example.org' };

  test('throws the same on flush', async ({ orms, orm }) => {
    await orm.em.fork().upsert(User, twice);
    const [tcp, websocket] = await Promise.all(
      sessions.map((transport) => {
        const em = orms[transport].em.fork();
        em.create(User, { ...twice, createdAt: new Date(0), updatedAt: new Date(0) });
        return catchError(em.flush());
      }),
    );

    expect(tcp).toBeInstanceOf(UniqueConstraintViolationException);
    expect(isUniqueViolation(tcp)).toBe(true);
    expectSame(report(websocket), report(tcp));
  });

  test.for(transports)('can go on after a refused insert: %s', async (transport, { orms, orm }) => {
    await orm.em.fork().upsert(User, twice);
    const em = orms[transport].em.fork();

    expect(await catchError(em.insert(User, twice))).toMatchObject({ code: '23505', constraint: 'users_pkey' });
    expect(await em.count(User, { id: twice.id })).toBe(1);
  });
});
