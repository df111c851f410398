import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  createOrm,
  MigrationLockedError,
  MigrationRefusedError,
  type Orm,
  TransactionNotSupportedError,
} from '../../src/index.js';
import { startNeonProxy } from '../../src/local/index.js';
import { root, run } from '../support/command.js';
import { listen, up, withOwnPackage } from './support/own-migrations.js';
import { whileLocked } from './support/while-locked.js';

const program = join(root, 'test/migrator/support/migrate.ts');
/** Adds up a number, which two runs would add twice. */
const counting = {
  Migration20991201100000_counter: up('create table counter (value int)', 'insert into counter values (0)'),
  Migration20991201100100_count: up('select pg_sleep(0.5)', 'update counter set value = value + 1'),
};

const tables = (orm: Orm) =>
  orm.em.fork().execute(`select relname from pg_class where relnamespace = 'public'::regnamespace`);

describe('runs of migrations', { timeout: 120_000 }, () => {
  test('take turns: of several processes on an empty database, each migration is run by one', async () => {
    await withOwnPackage(counting, async ({ orm, url, folder }) => {
      const outcomes = await Promise.all(
        [1, 2, 3].map(() => run(process.execPath, ['--import', '@oxc-node/core/register', program, url, folder])),
      );

      expect(outcomes.map(({ code, output }) => [code, output])).toEqual(outcomes.map(({ output }) => [0, output]));
      const applied = outcomes.map(({ output }) => Number(/applied (\d+)/.exec(output)?.[1]));
      expect(applied.toSorted()).toEqual([0, 0, 10]);
      expect(await orm.em.fork().execute('select value from counter')).toEqual([{ value: 1 }]);
    });
  });

  test('make their table only once they have the lock', async () => {
    await withOwnPackage({}, async ({ orm, url, open }) => {
      await whileLocked(url, async () => {
        await expect(open({ migrations: { runLockTimeoutMs: 0 } }).migrator.up()).rejects.toThrow(MigrationLockedError);
        expect(await tables(orm)).toEqual([]);
      });
    });
  });

  test('wait, say for whom, and then go on', async () => {
    await withOwnPackage(counting, async ({ orm, url }) => {
      const lines = listen(orm);

      await whileLocked(url, async (unlock) => {
        const running = orm.migrator.up();
        await expect
          .poll(() => lines.join('\n'), { timeout: 30_000 })
          .toMatch(
            /^Waiting for another migration run: process \d+ of the server, application "deploy of another service"$/,
          );
        await unlock();

        expect(await running).toHaveLength(10);
      });

      expect(lines.at(-1)).toMatch(/^Applied 'Migration20991201100100_count' in \d+ ms$/);
      expect(lines).toHaveLength(11);
    });
  });

  test('do not wait for ever, and say it once', async () => {
    await withOwnPackage({}, async ({ url, open }) => {
      await whileLocked(url, async () => {
        const orm = open({ migrations: { runLockTimeoutMs: 800 } });
        const lines = listen(orm);
        const running = orm.migrator.up();

        await expect(running).rejects.toThrow(MigrationLockedError);
        await expect(running).rejects.toThrow(/deploy of another service.*pg_terminate_backend\(\d+\)/);
        expect(lines).toHaveLength(1);
      });
    });
  });

  test('leave no lock behind, whether they succeed or fail', async () => {
    await withOwnPackage({ Migration20991201100000_broken: up('select no_such_column') }, async ({ orm, open }) => {
      await expect(orm.migrator.up()).rejects.toThrow();
      const locks = `select from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`;
      expect(await open({ poolSize: 1 }).em.fork().execute(locks)).toEqual([]);
    });
  });

  test('need one connection only', async () => {
    await withOwnPackage(counting, async ({ open }) => {
      expect(await open({ poolSize: 1 }).migrator.up()).toHaveLength(10);
    });
  });

  test('take turns over a WebSocket, too', async () => {
    await withOwnPackage(counting, async ({ orm, url, folder }) => {
      const { hostname, port } = new URL(url);
      const proxy = await startNeonProxy({ backend: { host: hostname, port: Number(port) }, port: 0 });
      const settings = { method: 'LOCAL_PROXY', url, proxyPort: proxy.port, migrations: { path: folder } } as const;
      const [one, other] = [1, 2].map(() => createOrm({ ...settings, transport: 'websocket' }));

      try {
        [one, other].map((each) => listen(each!));
        const applied = await Promise.all([one!.migrator.up(), other!.migrator.up()]);

        expect(applied.map(({ length }) => length).toSorted()).toEqual([0, 10]);
        expect(await orm.em.fork().execute('select value from counter')).toEqual([{ value: 1 }]);
      } finally {
        await Promise.all([one!.close(), other!.close()]);
        await proxy.close();
      }
    });
  });

  test('keep the choice of a schema, and its own history there', async () => {
    await withOwnPackage(counting, async ({ orm }) => {
      await orm.em.fork().execute('create schema side');
      await orm.migrator.up({ schema: 'side', migrations: ['Migration20991201100000_counter'] });

      expect(await orm.em.fork().execute('select value from side.counter')).toEqual([{ value: 0 }]);
      expect(await orm.em.fork().execute('select name from side.mikro_orm_migrations')).toHaveLength(1);
      expect(await orm.migrator.up()).toHaveLength(10);
      await orm.em.fork().execute(`update side.mikro_orm_migrations set checksum = 'other'`);
      await expect(orm.migrator.up({ schema: 'side' })).rejects.toThrow(
        'Migration20991201100000_counter was applied, and its SQL has changed',
      );
      expect(await orm.migrator.up()).toEqual([]);

      await expect(orm.migrator.up({ schema: 'side' })).rejects.toThrow(MigrationRefusedError);
      await orm.migrator.unlogMigration('Migration20991201100000_counter');
      expect((await orm.migrator.getPending()).map(({ name }) => name)).toEqual(['Migration20991201100000_counter']);
      expect(await orm.migrator.getPending({ schema: 'side' })).toHaveLength(9);
    });
  });

  test('wait to note or forget a migration, as well', async () => {
    await withOwnPackage(counting, async ({ orm, url, open }) => {
      await orm.migrator.up();
      const { migrator } = open({ migrations: { runLockTimeoutMs: 0 } });

      await whileLocked(url, async () => {
        const name = 'Migration20991201100100_count';
        await expect(migrator.logMigration(name)).rejects.toThrow(MigrationLockedError);
        await expect(migrator.unlogMigration(name)).rejects.toThrow(MigrationLockedError);
      });
    });
  });

  test.for(['tcp', 'websocket'] as const)('refuse a pooler before they connect: %s', async (transport) => {
    const url = 'postgresql://ada:secret@ep-cool-night-123-pooler.eu-central-1.aws.neon.tech/app';
    const orm = createOrm({ method: 'PRODUCTION', url, transport });

    for (const call of [orm.migrator.up(), orm.migrator.down(), orm.migrator.logMigration('one')]) {
      await expect(call).rejects.toThrow(ConfigurationError);
      await expect(call).rejects.toThrow('Migrate with the direct host: ep-cool-night-123.eu-central-1.aws.neon.tech');
      await expect(call).rejects.not.toThrow('secret');
    }
  });

  test('are refused over HTTP, and in a transaction of the caller', async () => {
    const orm = createOrm({ method: 'LOCAL_PROXY', url: 'postgresql://ada@127.0.0.1/none', transport: 'http' });
    await expect(orm.migrator.up()).rejects.toThrow(TransactionNotSupportedError);

    await withOwnPackage({}, async ({ orm: own }) => {
      await own.em.fork().transactional(async (em) => {
        await expect(own.migrator.up({ transaction: em.getTransactionContext()! })).rejects.toThrow(
          'Leave out transaction',
        );
      });
    });
  });
});
