import { describe, expect, vi } from 'vitest';
import { type EntityManager, type Orm, transports, User } from '../../src/index.js';
import { next } from '../support/rows.js';
import { catchError, sessions, test } from './transports.js';

type Strategy = 'ignore query' | 'cancel query' | 'kill session';

/** Runs a statement that takes long, aborts it once the database is at it, and tells what was thrown. */
async function abortWhileRunning(orm: Orm, em: EntityManager, strategy: Strategy) {
  const name = `sleep-${next()}`;
  const abort = new AbortController();
  const options = { signal: abort.signal, inflightQueryAbortStrategy: strategy };
  const thrown = catchError(em.execute(`select pg_sleep(5) as "${name}"`, [], options));
  await vi.waitUntil(() => isRunning(orm, name), { timeout: 5_000 });
  abort.abort(new Error('no longer wanted'));

  return { error: await thrown, name };
}

async function isRunning(orm: Orm, name: string): Promise<boolean> {
  const rows = await orm.em.fork().execute(
    `select 1 from pg_stat_activity
       where query like ? and query not like '%pg_stat_activity%' and state = 'active'`,
    [`%${name}%`],
  );

  return rows.length > 0;
}

describe('a signal that is aborted', () => {
  test.for(
    transports.flatMap((transport) =>
      (['cancel query', 'kill session'] as const).map((each) => [transport, each] as const),
    ),
  )('ends the statement in the database: %s, %s', async ([transport, strategy], { orms, orm }) => {
    // Kysely prints what it hears after it has given up.
    const noise = vi.spyOn(console, 'error').mockImplementation(() => {});
    const em = orms[transport].em.fork();
    const { error, name } = await abortWhileRunning(orm, em, strategy);

    expect(error.message).toBe('no longer wanted');
    await vi.waitFor(async () => expect(await isRunning(orm, name)).toBe(false), { timeout: 3_000 });
    // A pool may give a killed connection away once more before it hears of its end.
    await vi.waitFor(async () => expect(await em.execute('select 1 as n')).toEqual([{ n: 1 }]));
    await vi.waitFor(() => expect(noise).toHaveBeenCalledTimes(transport === 'http' ? 0 : 1));
    noise.mockRestore();
  });

  test.for(sessions)('leaves the statement running if that is asked for: %s', async (transport, { orms, orm }) => {
    const { error, name } = await abortWhileRunning(orm, orms[transport].em.fork(), 'ignore query');

    expect(error.message).toBe('no longer wanted');
    expect(await isRunning(orm, name)).toBe(true);
    await orm.em
      .fork()
      .execute(`select pg_cancel_backend(pid) from pg_stat_activity where query like ? and pid <> pg_backend_pid()`, [
        `%${name}%`,
      ]);
  });

  test('ends the statement over HTTP even if that is not asked for', async ({ orms, orm }) => {
    const { error, name } = await abortWhileRunning(orm, orms.http.em.fork(), 'ignore query');

    expect(error.message).toBe('no longer wanted');
    await vi.waitFor(async () => expect(await isRunning(orm, name)).toBe(false), { timeout: 3_000 });
    expect(await orms.http.em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test.for(sessions)('undoes a transaction of which a statement was canceled: %s', async (transport, { orms, orm }) => {
    const noise = vi.spyOn(console, 'error').mockImplementation(() => {});
    const id = `canceled-${transport}`;
    let name = '';
    const work = orms[transport].em.fork().transactional(async (em) => {
      await em.insert(User, { id, name: 'Ada', email: `${id}@example.org` });
      const aborted = await abortWhileRunning(orm, em, 'cancel query');
      name = aborted.name;
      throw aborted.error;
    });

    await expect(work).rejects.toThrow('no longer wanted');
    expect(await isRunning(orm, name)).toBe(false);
    expect(await orms[transport].em.fork().count(User, { id })).toBe(0);
    noise.mockRestore();
  });

  test.for(transports)('keeps what was not begun yet from being sent: %s', async (transport, { orms }) => {
    const signal = AbortSignal.abort(new Error('too late'));
    const em = orms[transport].em.fork({ signal });

    expect((await catchError(em.insert(User, { id: 'late', name: 'Late', email: 'late@example.org' }))).message).toBe(
      'too late',
    );
    expect(await orms[transport].em.fork().count(User, { id: 'late' })).toBe(0);
  });
});
