import { expect } from 'vitest';
import { createEmptyDatabase } from '../databases/clone-database.js';
import type { TestableOrm } from '../databases/template.js';
import type { RunSql } from '../sentinels/keys.js';
import { compareCatalogs, readCatalog } from './catalog.js';

/**
 * Fails unless each migration can be undone, and done again, with the same result.
 *
 * On an empty database of its own: every migration is run up, down, which must leave what was there before, and up again,
 * which must make the same as the first time.
 *
 * @param given an ORM of the harness that has the migrations. Its own database is left alone.
 *
 * @example
 * test('every migration can be undone', ({ orm }) => expectReversible(orm));
 */
export async function expectReversible(given: TestableOrm): Promise<void> {
  const { orm, drop } = await createEmptyDatabase(({ url }) => onDatabase(given, url));
  const run: RunSql = (sql) => orm.em.fork().execute(sql);

  try {
    for (const { name } of await orm.migrator.getPending()) {
      const before = await readCatalog(run);
      await orm.migrator.up({ to: name });
      const after = await readCatalog(run);

      await orm.migrator.down().catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        expect.fail(`${name} cannot be undone: ${reason}`);
      });
      expectSame(`${name} does not undo all that it does. After its down():`, before, await readCatalog(run));

      await orm.migrator.up({ to: name });
      expectSame(
        `${name} does something else the second time. After up(), down() and up():`,
        after,
        await readCatalog(run),
      );
    }
  } finally {
    await drop();
  }
}

/** An ORM of the same entities and migrations on another database of the same server. */
function onDatabase(orm: TestableOrm, url: string): TestableOrm {
  const { onPoolCreated, ...driverOptions } = orm.config.get('driverOptions') as { onPoolCreated?: unknown };
  const options = { ...orm.config.getAll(), dbName: new URL(url).pathname.slice(1), driverOptions };

  return Reflect.construct(orm.constructor, [options]) as TestableOrm;
}

function expectSame(message: string, wanted: Map<string, string>, found: Map<string, string>): void {
  const differences = compareCatalogs(wanted, found);

  if (differences.length > 0) {
    expect.fail([message, ...differences].join('\n'));
  }
}
