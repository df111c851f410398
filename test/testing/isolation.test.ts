import { setTimeout } from 'node:timers/promises';
import type { Client } from 'pg';
import { describe, expect } from 'vitest';
import { type Orm, User } from '../../src/index.js';
import { test } from './support/rolled-back.js';

describe('a test that is rolled back', () => {
  test.for([
    ['COMMIT', 'commit'],
    ['ROLLBACK', 'rollback'],
    ['COMMIT among other SQL', `insert into users (id, name, email) values ('ada', 'Ada', 'a@b.c'); commit; begin`],
    ['a prepared transaction', `prepare transaction 'x'`],
  ])('fails after a raw %s, though the error is caught, and leaves nothing', async ([, sql], { rollBack }) => {
    const { failure } = await rollBack((orm) =>
      orm.em
        .fork()
        .execute(sql!)
        .catch(() => {}),
    );
    expect(failure?.message).toMatch(/isolates the test. Use test\.database/);

    const next = await rollBack(async (orm) => expect(await orm.em.fork().count(User)).toBe(2));
    expect(next.failure).toBeUndefined();
  });

  test('fails after a COMMIT that only the server sees', async ({ rollBack }) => {
    const { failure } = await rollBack(async (orm) => {
      await orm.em.fork().execute('set standard_conforming_strings = off');
      await orm.em
        .fork()
        .execute(String.raw`select '\''; commit; select '\''`)
        .catch(() => {});
      await expect(orm.em.fork().count(User)).rejects.toThrow(/isolates the test/);
    });

    expect(failure?.message).toMatch(/isolates the test/);
  });

  test('fails after a raw BEGIN that nothing ends', async ({ rollBack }) => {
    const { failure } = await rollBack((orm) => orm.em.fork().execute('begin'));

    expect(failure?.message).toContain('BEGIN without COMMIT');
  });

  test('fails, and its database goes, if something is committed all the same', async ({ worker }) => {
    const slot = await worker.takeSlot();
    const name = slot.orm.config.get('dbName');
    await slot.beginTest();
    // Past all that looks at SQL.
    await (Reflect.get(slot, 'client') as Client).query('commit; begin');

    await expect(slot.endTest(async () => {})).rejects.toThrow(/has ended, the transaction that isolates the test/);
    await worker.giveSlot(slot);
    expect(await worker.admin.query('select from pg_database where datname = $1', [name])).toEqual([]);
  });

  test('loses its database with its connection', async ({ rollBack, worker }) => {
    let name: string | undefined;
    await rollBack(async (orm) => {
      name = orm.config.get('dbName');
      await worker.admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await expect(orm.em.fork().count(User)).rejects.toThrow();
    });

    expect(await worker.admin.query('select from pg_database where datname = $1', [name])).toEqual([]);
  });

  test('fails if it touches the sentinels, and says which row and which columns', async ({ rollBack }) => {
    const { failure } = await rollBack((orm) => orm.em.fork().execute(`update content set title = 'Mine'`));

    expect(failure?.message).toMatch(/touched rows of another organization/);
    expect(failure?.message).toMatch(/public\.content \{5e471e10-\S+003}: title was "Sentinel film", is "Mine"/);
  });

  test('fails if it deletes a sentinel', async ({ rollBack }) => {
    const { failure } = await rollBack((orm) => orm.em.fork().execute('delete from purchases'));

    expect(failure?.message).toMatch(/public\.purchases \{\S+}: deleted/);
  });

  test('is watched also when prepared statements are gone', async ({ rollBack }) => {
    const forgetful = await rollBack((orm) => orm.em.fork().execute('deallocate all'));
    const wrong = await rollBack((orm) => orm.em.fork().execute('delete from purchases'));

    expect(forgetful.failure).toBeUndefined();
    expect(wrong.failure?.message).toMatch(/purchases \{\S+}: deleted/);
  });

  test('sees sentinels in every table', async ({ worker }) => {
    const tables = worker.template.sentinels.map(({ table }) => table);

    expect(tables.sort()).toEqual(
      [
        ...['accounts', 'content', 'content_access', 'media_items', 'organization_memberships', 'organizations'],
        ...['purchases', 'sessions', 'users', 'verification_tokens', 'video_playback'],
      ].map((name) => `public.${name}`),
    );
  });

  test('runs nothing of a test that is over', async ({ rollBack }) => {
    let late: (() => Promise<unknown>) | undefined;
    await rollBack(async (orm) => {
      const em = orm.em.fork();
      await em.begin();
      late = () => em.insert(User, { id: 'late', name: 'Late', email: 'late@example.org' });
    });
    await rollBack(async (orm) => {
      await expect(late!()).rejects.toThrow(/test is over/);
      expect(await orm.em.fork().count(User, { id: 'late' })).toBe(0);
    });
  });

  test('keeps its connection when one of an earlier test is given back', async ({ rollBack }) => {
    let late: (() => Promise<unknown>) | undefined;
    await rollBack(async (orm) => {
      const em = orm.em.fork();
      await em.begin();
      late = () => em.rollback();
    });
    await rollBack(async (orm) => {
      const em = orm.em.fork();
      await em.begin();
      await late!().catch(() => {});
      await expect(orm.em.fork().count(User)).rejects.toThrow(/test\.database/);
      await em.rollback();
    });
  });

  test('that has failed leaves its ORM to itself: what it goes on to do is nothing of the next one', async ({
    rollBack,
  }) => {
    let late: Orm | undefined;
    await rollBack(async (orm) => {
      late = orm;
    }, true);
    await rollBack(async (orm) => {
      const write = late!.em.fork().insert(User, { id: 'late', name: 'Late', email: 'late@example.org' });
      await expect(write).rejects.toThrow(/test is over/);
      expect(await orm.em.fork().count(User, { id: 'late' })).toBe(0);
    });
  });

  test('that has not awaited a statement leaves its ORM to itself, too', async ({ rollBack }) => {
    let late: Orm | undefined;
    await rollBack(async (orm) => {
      late = orm;
      orm.em
        .fork()
        .execute('select pg_sleep(600)')
        .catch(() => {});
      await setTimeout(20);
    });
    await rollBack(async () => {
      await expect(late!.em.fork().count(User)).rejects.toThrow(/test is over/);
    });
  });

  test('may close its ORM, and the next one has it open', async ({ rollBack }) => {
    const { failure } = await rollBack(async (orm) => {
      await orm.em.fork().insert(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
      await orm.close();
    });
    expect(failure).toBeUndefined();

    await rollBack(async (orm) => expect(await orm.em.fork().count(User)).toBe(2));
  });

  test('gives back the locks that a session keeps', async ({ rollBack, worker }) => {
    await rollBack((orm) => orm.em.fork().execute('select pg_advisory_lock(7)'));

    const held = await worker.admin.query(
      `select from pg_locks where locktype = 'advisory' and objid = 7 and classid = 0`,
    );
    expect(held).toEqual([]);
  });

  test('fails for sentinels though it has dropped one of their tables, and for nothing else', async ({ rollBack }) => {
    const dropped = await rollBack((orm) => orm.em.fork().execute('drop table purchases'));
    const touched = await rollBack((orm) =>
      orm.em.fork().execute(`drop table purchases; alter table content drop column description;
        update content set title = 'Mine'; delete from sessions`),
    );

    expect(dropped.failure).toBeUndefined();
    expect(touched.failure?.message).toMatch(/content \{\S+003}: title was "Sentinel film", is "Mine"/);
    expect(touched.failure?.message).toMatch(/sessions \{sentinel-session}: deleted/);
    expect(touched.failure?.message).not.toMatch(/purchases|description/);
  });

  test('ends although it has not awaited a long statement', async ({ rollBack }) => {
    const { failure } = await rollBack(async (orm) => {
      orm.em
        .fork()
        .execute('select pg_sleep(600)')
        .catch(() => {});
      await orm.em.fork().getConnection().getClient();
    });

    expect(failure).toBeUndefined();
  });

  test('refuses what still waits for its connection when it ends', async ({ rollBack }) => {
    let waiting: Promise<unknown> | undefined;
    await rollBack(async (orm) => {
      const [first, second] = [1, 2].map(() => orm.em.fork().execute('select pg_sleep(600)'));
      first?.catch(() => {});
      waiting = second;
      waiting?.catch(() => {});
      await setTimeout(20);
    });

    await expect(waiting).rejects.toThrow(/test is over/);
  });

  test('ends although a stream is open, and its database goes', async ({ rollBack, worker }) => {
    let name: string | undefined;
    const { failure } = await rollBack(async (orm) => {
      name = orm.config.get('dbName');
      await orm.em
        .fork()
        .stream(User, { orderBy: { id: 'asc' } })
        .next();
    });

    expect(failure).toBeUndefined();
    expect(await worker.admin.query('select from pg_database where datname = $1', [name])).toEqual([]);
  });

  test.for(['delete from sessions', 'select 1 / 0'])(
    'takes back a transaction that it has left open after %s',
    async (sql, { rollBack }) => {
      const { failure } = await rollBack(async (orm) => {
        const em = orm.em.fork();
        await em.begin();
        await em.execute(sql).catch(() => {});
      });

      expect(failure).toBeUndefined();
    },
  );

  test('uses the same database as the one before', async ({ rollBack }) => {
    const names: unknown[] = [];

    for (let round = 0; round < 3; round++) {
      await rollBack(async (orm) => names.push(...(await orm.em.fork().execute('select current_database() as name'))));
    }

    expect(new Set(names.map((each) => JSON.stringify(each))).size).toBe(1);
  });
});
