import { wrap } from '@mikro-orm/core';
import { describe, expect, vi } from 'vitest';
import { createOrm, type Orm, User } from '../../src/index.js';
import { test as base, catchError, closed, sessions } from './transports.js';

const test = base.extend('small', { scope: 'file' }, ({ settings }, { onCleanup }) => {
  const small = { tcp: open('tcp'), websocket: open('websocket') };
  onCleanup(() => closed([small.tcp.close(), small.websocket.close()]));
  return small;

  function open(transport: 'tcp' | 'websocket'): Orm {
    return createOrm({ ...settings, transport, poolSize: 1 });
  }
});

const count = 250;

test.beforeAll(async ({ orm }) => {
  await orm.em.fork().execute(
    `insert into users (id, name, email, created_at)
     select to_char(n, 'FM0000'), '😀 ' || n, n || '@example.org', '2026-01-01T00:00:00.123Z'
     from generate_series(1, ${count}) as n`,
  );
});

describe.for(sessions)('em.stream over %s', (transport) => {
  test.for([1, 7, 100, 1000])('gives all rows in order, %i at a time', async (chunkSize, { small }) => {
    const ids: string[] = [];

    for await (const user of small[transport].em.fork().stream(User, { orderBy: { id: 'asc' }, chunkSize })) {
      ids.push(user.id);
    }

    expect(ids).toEqual(Array.from({ length: count }, (_, index) => String(index + 1).padStart(4, '0')));
  });

  test('gives entities like those of find', async ({ small, orms }) => {
    const where = { id: { $lte: '0002' } };
    const found = await orms.tcp.em.fork().find(User, where, { orderBy: { id: 'asc' } });
    const streamed: User[] = [];

    for await (const user of small[transport].em.fork().stream(User, { where, orderBy: { id: 'asc' } })) {
      streamed.push(user);
    }

    expect(streamed.map(plain)).toEqual(found.map(plain));
    expect(streamed[0]!.createdAt).toEqual(new Date('2026-01-01T00:00:00.123Z'));
  });

  test('gives nothing where there are no rows', async ({ small }) => {
    const stream = small[transport].em.fork().stream(User, { where: { id: 'nobody' } });

    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('gives its connection back when the reader leaves early', async ({ small }) => {
    const em = small[transport].em.fork();

    for await (const _user of em.stream(User, { chunkSize: 1 })) {
      break;
    }

    // The pool has one connection: it would wait for ever.
    expect(await em.execute('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('gives its connection back when the reader throws', async ({ small }) => {
    const em = small[transport].em.fork();
    const read = async () => {
      for await (const _user of em.stream(User, { chunkSize: 10 })) {
        throw new Error('enough');
      }
    };

    await expect(read()).rejects.toThrow('enough');
    expect(await em.execute('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('throws the error of a row in the middle, after the rows before it', async ({ small }) => {
    const connection = small[transport].em.getConnection();
    const rows: unknown[] = [];
    const read = async () => {
      const sql = 'select 1 / (3 - n) as value from generate_series(1, 5) as n';

      for await (const row of connection.stream(sql, [], undefined, undefined, 1)) {
        rows.push(row);
      }
    };

    expect(await catchError(read())).toMatchObject({
      code: '22012',
      message: expect.stringContaining('division by zero'),
    });
    expect(rows).toEqual([{ value: 0 }, { value: 1 }]);
    expect(await small[transport].em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('throws the error of a statement that cannot run', async ({ small }) => {
    const stream = small[transport].em.getConnection().stream('select nothing');

    expect(await catchError(stream.next())).toMatchObject({ code: '42703', position: '8' });
    expect(await small[transport].em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('sees what its transaction has written, and leaves the transaction usable', async ({ small }) => {
    const work = small[transport].em.fork().transactional(async (em) => {
      await em.nativeUpdate(User, { id: '0001' }, { name: 'Inside' });
      const names: string[] = [];

      for await (const user of em.stream(User, { orderBy: { id: 'asc' }, chunkSize: 2 })) {
        names.push(user.name);

        if (names.length === 3) {
          break;
        }
      }

      names.push(await em.count(User, { name: 'Inside' }).then(String));
      throw Object.assign(new Error('undo'), { names });
    });

    expect((await catchError(work)).names).toEqual(['Inside', '😀 2', '😀 3', '1']);
  });

  test('reads no further than it is asked to', async ({ small, orm }) => {
    await orm.em.fork().execute('create sequence if not exists reads');
    const sql = `select nextval('reads') from generate_series(1, 100000)`;

    for await (const _row of small[transport].em.getConnection().stream(sql, [], undefined, undefined, 10)) {
      break;
    }

    await vi.waitFor(async () => {
      const [row] = await orm.em.fork().execute<{ last: number }[]>('select last_value::int as last from reads');
      expect(row!.last).toBeLessThan(1000);
    });
  });
});

describe('em.stream', () => {
  // Over TCP it would wait for ever: a cursor of `pg` waits for an answer of the connection that it has lost.
  test('ends over WebSocket when its connection is cut', async ({ small, orm }) => {
    const stream = small.websocket.em
      .getConnection()
      .stream('select pg_backend_pid() as pid from generate_series(1, 9)', [], undefined, undefined, 1);
    const { value } = await stream.next();
    await orm.em.fork().execute('select pg_terminate_backend(?)', [(value as { pid: number }).pid]);

    expect(await catchError(exhaust(stream))).toBeInstanceOf(Error);
    await vi.waitFor(async () => expect(await small.websocket.em.fork().execute('select 1 as n')).toEqual([{ n: 1 }]));
  });
});

const plain = (user: User) => wrap(user).toPOJO();

async function exhaust(stream: AsyncIterableIterator<unknown>): Promise<void> {
  for await (const _ of stream);
}
