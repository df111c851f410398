import { describe, expect } from 'vitest';
import { createOrm, type Orm } from '../../src/index.js';
import { query } from '../../src/local/database.js';
import { checkRole } from '../../src/scope/assert-scope-enforced.js';
import { test } from '../../src/testing/index.js';
import { databaseUrl } from '../support/database-url.js';
import { serverUrl } from '../support/server.js';
import { withRole } from '../support/temporary-role.js';

const execute = async (sql: string) => query(await serverUrl(), sql);

/** What one check has to say of a role that stands in for `codex_scoped`, which other databases of the server use. */
async function faultsOf(orm: Orm, role: string, check: string): Promise<string[] | undefined> {
  const result = (await checkRole(orm.em.fork(), role)).find(({ name }) => name === check);
  expect(result, check).toBeDefined();

  return result?.faults;
}

describe('the role of scopes', () => {
  test.for([
    ['superuser', 'is a superuser', 'nosuperuser'],
    ['bypassrls', 'bypasses row-level security', 'nobypassrls'],
    ['createrole', 'may create roles', 'nocreaterole'],
    ['createdb', 'may create databases', 'nocreatedb'],
    ['replication', 'may replicate, and so read everything', 'noreplication'],
    ['login', 'may log in', 'nologin, and make a login a member of codex_scoped'],
  ] as const)('must not have the attribute %s', async ([attribute, text, remedy], { orm }) => {
    await withRole(attribute, async (role) => {
      expect(await faultsOf(orm, role, 'the roles bypass nothing')).toEqual([
        `the role ${role} ${text}: alter role "${role}" ${remedy}`,
      ]);
    });
  });

  test('is well without any', async ({ orm }) => {
    await withRole('nologin', async (role) => {
      for (const check of ['bypass nothing', 'are members of no others', 'own nothing']) {
        expect(await faultsOf(orm, role, `the roles ${check}`)).toEqual([]);
      }
      expect(await faultsOf(orm, role, 'this login may enter the roles')).toEqual([]);
    });
  });

  test('must exist, and without it nothing else is looked at', async ({ orm }) => {
    const [first, ...others] = await checkRole(orm.em.fork(), 'codex_nobody');

    expect(first?.faults).toEqual(['the role codex_nobody does not exist: run the migrations']);
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter(({ faults }) => faults)).toEqual([]);
  });

  test('must not be a member of another role', async ({ orm }) => {
    await withRole('nologin in role pg_read_all_data', async (role) => {
      expect(await faultsOf(orm, role, 'the roles are members of no others')).toEqual([
        `the role ${role} is a member of pg_read_all_data: revoke "pg_read_all_data" from "${role}"`,
      ]);
    });
  });

  test.database('must not own anything, in this database or another one', async ({ orm, em }) => {
    await withRole('nologin', async (role) => {
      await em.execute(`create table owned (); alter table owned owner to ${role}`);
      await execute(`create database "${role}" owner ${role} template template0`);

      try {
        const elsewhere = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm, { database: 'postgres' }) });
        const here = await faultsOf(orm, role, 'the roles own nothing');
        const there = await faultsOf(elsewhere, role, 'the roles own nothing');
        await elsewhere.close();

        expect(here).toContainEqual(expect.stringContaining(`the role ${role} owns table public.owned`));
        expect(here).toContainEqual(expect.stringContaining(`owns database ${role}`));
        expect(there).toContainEqual(expect.stringMatching(/owns objects in database codex_test_/));
      } finally {
        await em.execute('drop table owned');
        await execute(`drop database "${role}"`);
      }
    });
  });

  test('must be open to the login, which need not inherit its privileges', async ({ orm, em }) => {
    const [row] = await em.execute(`select current_setting('server_version_num')::int as version`);

    await withRole('nologin', (role) =>
      withRole(`login noinherit password 'codex'`, async (login) => {
        const other = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm, { user: login, password: 'codex' }) });
        const read = () => faultsOf(other, role, 'this login may enter the roles');
        const closed = [`the login ${login} must not enter the role ${role}: grant "${role}" to "${login}"`];

        expect(await read()).toEqual(closed);
        await execute(`grant ${role} to ${login}`);
        expect(await read()).toEqual([]);

        // Since PostgreSQL 16 a member may be kept from it.
        if (row?.version >= 160_000) {
          await execute(`grant ${role} to ${login} with set false, inherit true`);
          expect(await read()).toEqual(closed);
        }

        await other.close();
      }),
    );
  });

  test('must not change what a superuser alone may', async ({ orm }) => {
    await withRole('nologin', async (role) => {
      await execute(`grant set on parameter session_replication_role to ${role}`);

      try {
        expect(await faultsOf(orm, role, 'there are no other grants')).toEqual([
          expect.stringMatching(/may change the parameter session_replication_role: revoke all on parameter/),
        ]);
      } finally {
        await execute(`revoke all on parameter session_replication_role from ${role}`);
      }
    });
  });

  test('has no scope while nobody has entered one', async ({ orm }) => {
    const preset = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm), poolSize: 1 });
    await preset.em.fork().execute(`set codex.org = 'somebody'`);

    expect(await faultsOf(preset, 'codex_scoped', 'no scope is set by default')).toEqual([
      expect.stringMatching(/^codex.org for this session is set where nobody has entered a scope/),
    ]);
    await preset.close();
  });
});
