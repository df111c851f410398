import { type KyselyPlugin, sql } from 'kysely';
import { describe, expect, vi } from 'vitest';
import { createEdgeDatabase, type EdgeDatabase } from '../../../src/edge/database/index.js';
import { TransactionNotSupportedError } from '../../../src/errors/database-error.js';
import { getConstraintName, InvalidArgumentError, isUniqueViolation } from '../../../src/index.js';
import { createUser } from '../../support/world.js';
import { test } from './support/edge-test.js';

/** A plugin that changes nothing. */
const plugin: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }) => result,
};

describe('what HTTP cannot do', () => {
  test.for(['transaction', 'startTransaction', 'connection'] as const)('%s throws at once', (method, { db }) => {
    for (const edge of [db, db.withDeleted(), db.withSchema('public'), db.withPlugin(plugin)]) {
      const call = (edge as unknown as Record<string, () => unknown>)[method]!;
      expect(() => call.call(edge)).toThrow(TransactionNotSupportedError);
      expect(() => call.call(edge)).toThrow(/orm\.em\.transactional/);
    }
  });

  test('a stream is refused', async ({ db }) => {
    await expect(db.selectFrom('users').selectAll().stream().next()).rejects.toThrow(InvalidArgumentError);
  });
});

describe('an error', () => {
  test('of the executor arrives unchanged', async () => {
    const thrown = new Error('from the executor');
    const db = createEdgeDatabase({ execute: () => Promise.reject(thrown) });

    await expect(db.selectFrom('users').selectAll().execute()).rejects.toBe(thrown);
    await expect(sql`select 1`.execute(db)).rejects.toBe(thrown);
  });

  test('of the database is known to the predicates', async ({ db, em }) => {
    const { id, name, email } = await createUser(em);

    const error: unknown = await db
      .insertInto('users')
      .values({ id, name, email })
      .execute()
      .catch((caught) => caught);

    expect(isUniqueViolation(error)).toBe(true);
    expect(getConstraintName(error)).toBe('users_pkey');
  });
});

describe('a signal', () => {
  test('ends the call with its reason, and the statement with it', async ({ db, em }) => {
    const print = vi.spyOn(console, 'error');
    const controller = new AbortController();
    const reason = new Error('the reader has left');
    const running = () =>
      em.execute(
        `select from pg_stat_activity where state = 'active' and query like '%as slept%' and pid <> pg_backend_pid()`,
      );

    const sleeping = sql`select pg_sleep(30) as slept`.execute(db, { signal: controller.signal });
    sleeping.catch(() => {});
    await expect.poll(running).toHaveLength(1);
    controller.abort(reason);

    await expect(sleeping).rejects.toBe(reason);
    await expect.poll(running).toHaveLength(0);
    expect(print).not.toHaveBeenCalled();
  });

  test('that was aborted before sends nothing', async () => {
    const execute = vi.fn();
    const db: EdgeDatabase = createEdgeDatabase({ execute });

    const query = db
      .selectFrom('users')
      .selectAll()
      .execute({ signal: AbortSignal.abort(new Error('too late')) });

    await expect(query).rejects.toThrow('too late');
    expect(execute).not.toHaveBeenCalled();
  });
});

describe('a plugin', () => {
  test('of the caller runs with and without deleted rows', async ({ db }) => {
    const seen = vi.fn();
    const edge = db.withPlugin({
      ...plugin,
      transformQuery: ({ node }) => {
        seen();
        return node;
      },
    });

    await edge.selectFrom('users').select('id').execute();
    await edge.withDeleted().selectFrom('users').select('id').execute();

    expect(seen).toHaveBeenCalledTimes(2);
  });
});
