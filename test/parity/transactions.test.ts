import { IsolationLevel } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { type Orm, type Transport, User } from '../../src/index.js';
import { next } from '../support/rows.js';
import { catchError, collect, type Each, expectSame, sessions, test } from './transports.js';

const newUser = (name: string) => {
  const id = `user-${next()}`;
  return { id, name, email: `${id}@example.org` };
};

const names = async (orm: Orm, prefix: string): Promise<string[]> => {
  const users = await orm.em.fork().find(User, { name: { $like: `${prefix}%` } }, { orderBy: { id: 'asc' } });
  return users.map(({ name }) => name);
};

describe.for(sessions)('a transaction over %s', (transport) => {
  const own = (orms: Each<Orm>, name: string) => ({ orm: orms[transport], name: `${transport}-${name}` });

  test('is seen by others once it is committed', async ({ orms }) => {
    const { orm, name } = own(orms, 'committed');
    const seen: string[][] = [];

    await orm.em.fork().transactional(async (em) => {
      em.create(User, newUser(name));
      await em.flush();
      seen.push(await names(orms.http, name));
    });
    seen.push(await names(orms.http, name));

    expect(seen).toEqual([[], [name]]);
  });

  test('leaves nothing behind when it fails', async ({ orms }) => {
    const { orm, name } = own(orms, 'undone');
    const work = orm.em.fork().transactional(async (em) => {
      em.create(User, newUser(name));
      await em.flush();
      throw new Error('changed my mind');
    });

    await expect(work).rejects.toThrow('changed my mind');
    expect(await names(orm, name)).toEqual([]);
  });

  test('undoes a nested one by itself, two levels deep', async ({ orms }) => {
    const { orm, name } = own(orms, 'nested');

    await orm.em.fork().transactional(async (outer) => {
      outer.create(User, newUser(`${name}-1`));
      await outer.transactional(async (inner) => {
        inner.create(User, newUser(`${name}-2`));
        await inner.flush();
        await catchError(
          inner.transactional(async (innermost) => {
            await innermost.insert(User, newUser(`${name}-3`));
            await innermost.execute('select 1/0');
          }),
        );
        inner.create(User, newUser(`${name}-4`));
      });
    });

    expect(await names(orm, name)).toEqual([`${name}-1`, `${name}-2`, `${name}-4`]);
  });

  test.for(Object.values(IsolationLevel).filter((level) => level !== 'snapshot'))(
    'has the isolation level %s',
    async (isolationLevel, { orms }) => {
      const show = orms[transport].em
        .fork()
        .transactional((em) => em.execute('show transaction_isolation'), { isolationLevel });

      expect(await show).toEqual([{ transaction_isolation: isolationLevel }]);
    },
  );

  test('refuses to write when it is read-only', async ({ orms }) => {
    const { orm, name } = own(orms, 'read-only');
    const write = orm.em.fork().transactional((em) => em.insert(User, newUser(name)), { readOnly: true });

    await expect(write).rejects.toMatchObject({ code: '25006' });
  });

  test('keeps to one connection, with its settings', async ({ orms }) => {
    const { orm } = own(orms, 'settings');
    const [inside, pids] = await orm.em.fork().transactional(async (em) => {
      await em.execute(`set local statement_timeout = '7s'`);
      const rows = [
        await em.execute('select pg_backend_pid() as pid'),
        await em.execute('select pg_backend_pid() as pid'),
      ];
      return [await em.execute('show statement_timeout'), new Set(rows.map(([row]: any) => row.pid))] as const;
    });

    expect(inside).toEqual([{ statement_timeout: '7s' }]);
    expect(pids.size).toBe(1);
    expect(await orm.em.fork().execute('show statement_timeout')).toEqual([{ statement_timeout: '0' }]);
  });

  test('locks rows against others', async ({ orms }) => {
    const { orm, name } = own(orms, 'locked');
    const data = newUser(name);
    await orm.em.fork().insert(User, data);
    const nowait = `select 1 from users where id = '${data.id}' for update nowait`;

    await orm.em.fork().transactional(async (em) => {
      await em.findOneOrFail(User, data.id, { lockMode: 4 });
      const refused = await collect((other: Transport) => catchError(orms[other].em.fork().execute(nowait)));

      expect([refused.tcp.code, refused.websocket.code, refused.http.code]).toEqual(['55P03', '55P03', '55P03']);
    });
  });
});

describe('transactions', () => {
  test('fail alike on what follows an error inside them', async ({ orms }) => {
    const [tcp, websocket] = await Promise.all(
      sessions.map((transport) =>
        catchError(
          orms[transport].em.fork().transactional(async (em) => {
            await catchError(em.execute('select 1/0'));
            await em.execute('select 1');
          }),
        ),
      ),
    );

    expect(tcp).toMatchObject({ code: '25P02', severity: 'ERROR', routine: 'exec_simple_query' });
    expectSame({ ...websocket, message: websocket.message }, { ...tcp, message: tcp.message });
  });
});
