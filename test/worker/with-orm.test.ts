import { describe, expect, vi } from 'vitest';
import { ConfigurationError, type ConnectionSettings, type EntityManager, User } from '../../src/index.js';
import { withOrm } from '../../src/worker/index.js';
import { test } from '../support/database-per-file.js';

/** A Worker's context that remembers what goes on behind the response. */
function createContext() {
  const behind: Promise<unknown>[] = [];
  return { behind, waitUntil: (work: Promise<unknown>) => void behind.push(work) };
}

const countBackends = async (em: EntityManager): Promise<number> => {
  const [row] = await em.execute<[{ backends: number }]>(
    `select count(*)::int as backends from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name = 'with-orm'`,
  );
  return row.backends;
};

const countSleeping = async (em: EntityManager): Promise<number> => {
  const [row] = await em.execute<[{ sleeping: number }]>(
    `select count(*)::int as sleeping from pg_stat_activity
     where application_name = 'with-orm' and state = 'active' and query = 'select pg_sleep(30)' and wait_event = 'PgSleep'`,
  );
  return row.sleeping;
};

const named = ({ url, ...settings }: Required<ConnectionSettings>) => ({
  ...settings,
  url: `${url}?application_name=with-orm`,
});

describe('withOrm', () => {
  test('gives what the work gives, and closes the connections behind it', async ({ neon, em }) => {
    const context = createContext();

    const count = await withOrm(named(neon), context, async (orm) => {
      await orm.em.fork().count(User);
      return countBackends(em);
    });

    expect(count).toBe(1);
    await Promise.all(context.behind);
    await vi.waitFor(async () => expect(await countBackends(em)).toBe(0));
  });

  test('closes the connections also if the work fails, whose error it passes on', async ({ neon, em }) => {
    const context = createContext();
    const error = new Error('on purpose');
    const work = withOrm(named(neon), context, async (orm) => {
      await orm.em.fork().count(User);
      throw error;
    });

    await expect(work).rejects.toBe(error);
    await Promise.all(context.behind);
    await vi.waitFor(async () => expect(await countBackends(em)).toBe(0));
  });

  test.for(['websocket', 'http'] as const)(
    'lets no work over %s begin once it is closed',
    async (transport, { neon, em }) => {
      const context = createContext();
      const orm = await withOrm({ ...named(neon), transport }, context, async (orm) => {
        await orm.em.fork().count(User);
        return orm;
      });
      await Promise.all(context.behind);

      await expect(orm.em.fork().count(User)).rejects.toThrow('This ORM was closed with its request.');
      await vi.waitFor(async () => expect(await countBackends(em)).toBe(0));
    },
  );

  test('ends also if the client goes away during a transaction and parallel queries', async ({ neon, em }) => {
    const context = createContext();
    const client = new AbortController();
    const work = withOrm({ ...named(neon), signal: client.signal }, context, (orm) =>
      Promise.all([
        orm.em.fork().transactional((inner) => inner.execute('select pg_sleep(30)')),
        ...[1, 2, 3].map(() => orm.em.fork().execute('select pg_sleep(30)')),
      ]),
    );
    // Until all of them run: the server ignores a request to cancel that comes before the query has begun.
    await vi.waitFor(async () => expect(await countSleeping(em)).toBe(3), 5000);

    client.abort();

    await expect(work).rejects.toThrow();
    await Promise.all(context.behind);
    await vi.waitFor(async () => expect(await countBackends(em)).toBe(0), 5000);
  });

  test('gives requests that interleave connections of their own', async ({ neon }) => {
    const pidOf = async (em: EntityManager) => {
      const [row] = await em.execute<[{ pid: number }]>('select pg_backend_pid() as pid, pg_sleep(0.05)');
      return row.pid;
    };
    const pids = await Promise.all(
      Array.from({ length: 5 }, () => withOrm(neon, createContext(), (orm) => pidOf(orm.em.fork()))),
    );

    expect(new Set(pids).size).toBe(5);
  });

  test('takes no transport that a Worker does not have, and no wrong setting', async ({ neon }) => {
    const work = () => expect.unreachable();
    const refused = [
      { ...neon, transport: 'tcp' as 'http' },
      { ...neon, url: 'mysql://a:b@c/d' },
      { ...neon, poolSize: 0 },
    ];

    for (const settings of refused) {
      await expect(withOrm(settings, createContext(), work)).rejects.toBeInstanceOf(ConfigurationError);
    }
  });
});
