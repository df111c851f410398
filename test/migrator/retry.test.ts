import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createOrm } from '../../src/index.js';
import { listen, type OwnPackage, outside, up, withOwnPackage } from './support/own-migrations.js';

/** Runs `work` with a connection beside those of the migrator. */
async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();

  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const tables = { Migration20991201100000_tables: up('create table plans (id int)') };
const alter = {
  Migration20991201100100_alter: up('insert into plans values (1)', 'alter table plans add column n int'),
};

/** A package whose first migration is applied, and whose second one is pending. */
const withPending = (migrations: Record<string, string>, work: (own: OwnPackage) => Promise<void>) =>
  withOwnPackage({}, async (own) => {
    await own.write(tables);
    await own.orm.migrator.up();
    await own.write(migrations);
    await work(own);
  });

describe('a migration', { timeout: 60_000 }, () => {
  test('that does not get its lock in time gives way, and is tried again', async () => {
    await withPending(alter, async ({ url, orm, open }) => {
      const own = open({ migrations: { lockTimeoutMs: 100 } });
      const lines = listen(own);

      await withClient(url, async (client) => {
        await client.query('begin; select from plans');
        const running = own.migrator.up();
        await expect
          .poll(() => lines.join('\n'), { timeout: 30_000 })
          .toMatch(/Migration20991201100100_alter failed: it did not get a lock in time\. Attempt 2 of 6 in \d+ ms/);
        await client.query('commit');

        expect((await running).map(({ name }) => name)).toEqual(['Migration20991201100100_alter']);
      });
      expect(await orm.em.fork().execute('select * from plans')).toEqual([{ id: 1, n: null }]);
    });
  });

  test('is given up after the last attempt, and nothing of it stays', async () => {
    await withPending(alter, async ({ url, orm, open }) => {
      const { migrator } = open({ migrations: { lockTimeoutMs: 50, attempts: 2 } });

      await withClient(url, async (client) => {
        await client.query('begin; select from plans');
        await expect(migrator.up()).rejects.toMatchObject({ code: '55P03' });
        await client.query('rollback');
      });
      expect(await orm.em.fork().execute('select * from plans')).toEqual([]);
      expect(await migrator.getPending()).toHaveLength(1);
    });
  });

  test('is tried once where another attempt would be as good', async () => {
    await withPending({ Migration20991201100100_broken: up('select no_such_column') }, async ({ orm }) => {
      const lines = listen(orm);

      await expect(orm.migrator.up()).rejects.toMatchObject({ code: '42703' });
      expect(lines).toEqual([]);
    });
  });

  test('runs again when its session is ended by the server, and is applied once', async () => {
    // Once: the sequence is not rolled back with the transaction.
    const kill = `select pg_terminate_backend(pg_backend_pid()) where nextval('attempt') = 1`;
    const migration = {
      Migration20991201100100_rows: up('insert into plans values (1)', kill, 'insert into plans values (2)'),
    };
    await withPending(migration, async ({ orm }) => {
      await orm.em.fork().execute('create sequence attempt');
      const lines = listen(orm);

      expect(await orm.migrator.up()).toHaveLength(1);

      expect(lines[0]).toMatch(/Migration20991201100100_rows failed: .*\. Attempt 2 of 6/);
      expect(await orm.em.fork().execute('select id from plans order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    });
  });

  test('whose commit arrives while its answer is lost is not run again', async () => {
    await withPending({ Migration20991201100100_rows: up('insert into plans values (1)') }, async ({ orm }) => {
      const lost = loseAnswerTo('commit');
      const lines = listen(orm);

      try {
        expect((await orm.migrator.up()).map(({ name }) => name)).toEqual(['Migration20991201100100_rows']);
      } finally {
        lost.restore();
      }

      expect(lost.count()).toBe(1);
      expect(lines[0]).toMatch(/failed: the connection was (lost|closed)/);
      expect(await orm.em.fork().execute('select id from plans')).toEqual([{ id: 1 }]);
      expect(await orm.em.fork().execute(`select from mikro_orm_migrations where name like '%rows'`)).toHaveLength(1);
    });
  });

  test('that is reverted while the answer is lost is the only one', async () => {
    const down = (name: string) =>
      `${up(`create table ${name} (id int)`)}\n down() { this.addSql('drop table ${name}'); }`;
    await withOwnPackage(
      { Migration20991201100000_one: down('one'), Migration20991201100100_two: down('two') },
      async ({ orm }) => {
        await orm.migrator.up();
        const lost = loseAnswerTo('commit');

        try {
          expect((await orm.migrator.down()).map(({ name }) => name)).toEqual(['Migration20991201100100_two']);
        } finally {
          lost.restore();
        }

        expect(await orm.em.fork().execute(`select relname from pg_class where relname in ('one', 'two')`)).toEqual([
          { relname: 'one' },
        ]);
      },
    );
  });

  test('has its own limits, and leaves none behind', async () => {
    const limits = {
      Migration20991201100100_defaults: `async up() { await this.execute("insert into limits select current_setting('lock_timeout'), current_setting('statement_timeout')"); }`,
      Migration20991201100200_own: `safety = { lockTimeoutMs: 1000, statementTimeoutMs: 0 };
        async up() { await this.execute("insert into limits select current_setting('lock_timeout'), current_setting('statement_timeout')"); }`,
      Migration20991201100300_outside: `${outside} ${up('analyze plans')}`,
    };
    await withPending(limits, async ({ orm, open }) => {
      await orm.em.fork().execute('create table limits (lock text, statement text)');
      const one = open({ poolSize: 1 });
      await one.migrator.up();

      expect(await orm.em.fork().execute('select * from limits')).toEqual([
        { lock: '5s', statement: '1min' },
        { lock: '1s', statement: '0' },
      ]);
      expect(
        await one.em
          .fork()
          .execute(`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`),
      ).toEqual([{ lock: '0', statement: '0' }]);
    });
  });

  test('that is stopped by a limit of time is not tried again', async () => {
    const slow = { Migration20991201100100_slow: `safety = { statementTimeoutMs: 50 };\n${up('select pg_sleep(60)')}` };
    await withPending(slow, async ({ orm }) => {
      const lines = listen(orm);

      await expect(orm.migrator.up()).rejects.toMatchObject({ code: '57014' });
      expect(lines).toEqual([]);
    });
  });

  test('waits for a server that wakes up', async () => {
    await withPending(alter, async ({ url, folder }) => {
      const { hostname, port } = new URL(url);
      // The first two connections find nobody.
      let count = 0;
      const wakingUp = createServer((socket) => {
        if (++count <= 2) {
          socket.destroy();
          return;
        }

        const server = connect(Number(port), hostname);
        socket.pipe(server).pipe(socket);
        socket.on('error', () => server.destroy());
        server.on('error', () => socket.destroy());
      });
      await once(wakingUp.listen(0, '127.0.0.1'), 'listening');
      const through = new URL(url);
      through.port = String((wakingUp.address() as AddressInfo).port);
      const orm = createOrm({ method: 'LOCAL_PROXY', url: through.href, migrations: { path: folder } });
      const lines = listen(orm);

      try {
        expect(await orm.migrator.up()).toHaveLength(1);
        expect(lines[1]).toMatch(/^The run failed: the connection was closed\. Attempt 3 of 6/);
      } finally {
        await orm.close();
        wakingUp.close();
      }
    });
  });

  test('does not end its own transaction', async () => {
    await withPending(
      { Migration20991201100100_ends: up('insert into plans values (1)', 'commit') },
      async ({ orm }) => {
        await expect(orm.migrator.up()).rejects.toThrow(
          'Migration20991201100100_ends ends its own transaction: commit',
        );
        expect(await orm.em.fork().execute('select * from plans')).toEqual([]);
      },
    );
  });

  test('does not take those with it that were applied before it', async () => {
    const migrations = { ...alter, Migration20991201100200_broken: up('select no_such_column') };
    await withPending(migrations, async ({ orm }) => {
      await expect(orm.migrator.up()).rejects.toThrow();
      expect((await orm.migrator.getPending()).map(({ name }) => name)).toEqual(['Migration20991201100200_broken']);
    });
  });
});

/** The first time that a statement is sent, its connection breaks after the server has executed it. */
function loseAnswerTo(statement: string) {
  const { prototype } = pg.Client as unknown as { prototype: { query(...args: unknown[]): Promise<unknown> } };
  const query = prototype.query;
  let count = 0;

  prototype.query = async function (this: { connection: { stream: { destroy(): void } } }, ...args: unknown[]) {
    const result = await query.apply(this, args);

    if (args[0] === statement && count++ === 0) {
      this.connection.stream.destroy();
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    }

    return result;
  };

  const restore = () => {
    prototype.query = query;
  };

  return { count: () => count, restore };
}
