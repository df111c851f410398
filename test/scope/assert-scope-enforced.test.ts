import { EntitySchema } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { assertScopeEnforced, createOrm, ScopeNotEnforcedError } from '../../src/index.js';
import { createEmptyDatabase } from '../../src/testing/index.js';
import { readCatalog } from '../support/catalog.js';
import { createMigratedDatabase, test } from '../support/database-per-file.js';
import { databaseUrl } from '../support/database-url.js';
import { withEmptyDatabase } from '../support/empty-database.js';
import { withRole } from '../support/temporary-role.js';

describe('assertScopeEnforced', () => {
  test.for(['tcp', 'websocket', 'http'] as const)(
    'is content with a migrated database over %s',
    async (transport, { neon }) => {
      const orm = createOrm({ ...neon, transport });
      await assertScopeEnforced(orm);
      await orm.close();
    },
  );

  test('changes nothing, and asks but once', async ({ orm }) => {
    const before = await readCatalog(orm);
    const statements: string[] = [];
    const watched = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm), debug: true, poolSize: 1 });
    watched.config.getLogger().log = (_namespace, message) => void statements.push(message);

    await assertScopeEnforced(watched);
    const [path] = await watched.em.fork().execute('show search_path');
    await watched.close();

    expect(statements.filter((message) => message.includes('json_build_object'))).toHaveLength(1);
    expect(path).toEqual({ search_path: '"$user", public' });
    expect(await readCatalog(orm)).toEqual(before);
  });

  test('says that the tables are missing, once', async () => {
    await withEmptyDatabase(async (orm) => {
      await expect(assertScopeEnforced(orm)).rejects.toMatchObject({
        faults: [expect.stringMatching(/no table (\w+, ){10}\w+ .*: run the migrations$/)],
      });
    });
  });

  test('looks at the entities of packages above, too', async ({ database }) => {
    const orm = createOrm({ method: 'LOCAL_PROXY', url: database.url });

    try {
      orm.discoverEntity(new EntitySchema({ name: 'Tag', properties: { id: { type: 'uuid', primary: true } } }));
      await expect(assertScopeEnforced(orm)).rejects.toMatchObject({
        faults: [expect.stringMatching(/no table tag in/)],
      });

      await orm.em.fork().execute('create table tag (id uuid primary key)');
      await expect(assertScopeEnforced(orm)).rejects.toMatchObject({
        faults: [expect.stringMatching(/^row-level security is off for tag/)],
      });

      await orm.em.fork().execute('alter table tag enable row level security');
      await assertScopeEnforced(orm);
    } finally {
      await orm.em.fork().execute('drop table if exists tag');
      await orm.close();
    }
  });

  test('is content with an owner who is no superuser', async () => {
    await withRole(`login createrole password 'codex' in role codex_scoped`, async (owner) => {
      const { orm, name, drop } = await createEmptyDatabase();
      await orm.em.fork().execute(`alter database "${name}" owner to ${owner}`);
      const own = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm, { user: owner, password: 'codex' }) });
      own.config.get('migrations').silent = true;

      try {
        await own.migrator.up();
        await assertScopeEnforced(own);
        await assertScopeEnforced(orm);
      } finally {
        await own.close();
        await drop();
      }
    });
  });

  test('says all that is wrong at once', async () => {
    const { orm, drop } = await createMigratedDatabase();
    await orm.em.fork().execute('alter table users disable row level security; grant select on sessions to public');

    const error = await assertScopeEnforced(orm).catch((thrown: unknown) => thrown);
    await drop();

    expect(error).toBeInstanceOf(ScopeNotEnforcedError);
    expect(error).toMatchObject({
      code: 'SCOPE_NOT_ENFORCED',
      faults: [expect.stringContaining('users'), expect.stringContaining('sessions')],
      message: expect.stringMatching(/users[\s\S]*sessions/),
    });
  });
});
