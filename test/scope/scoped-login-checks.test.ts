import { describe, expect } from 'vitest';
import { assertScopeEnforced, createOrm } from '../../src/index.js';
import { test } from '../support/database-per-file.js';
import { databaseUrl } from '../support/database-url.js';
import { withRole } from '../support/temporary-role.js';

describe('assertScopeEnforced for a login', () => {
  test.for<[what: string, options: string, sql: string, said: RegExp]>([
    ['bypasses row-level security', 'bypassrls', 'select', /^the login \w+ bypasses row-level security: alter role/],
    ['may create roles', 'createrole', 'select', /^the login \w+ may create roles/],
    ['is a member of another role', '', 'grant pg_monitor to login', /is a member of pg_monitor: revoke/],
    [
      'may let others in',
      '',
      'grant codex_scoped to login with admin option',
      /may grant codex_scoped to others: revoke admin option for "codex_scoped" from/,
    ],
    ['has a privilege', '', 'grant select on sessions to login', /^the login \w+ has SELECT on sessions/],
    [
      'has a policy',
      '',
      'create policy peek on users to login using (true)',
      /policy peek on public.users is for the login/,
    ],
    ['may create', '', 'grant create on schema public to login', /may create in the schema public/],
    [
      'may hide our tables',
      '',
      'do $$ begin execute format($f$grant temporary on database %I to login$f$, current_database()); end $$',
      /TEMPORARY on the database: revoke temporary on/,
    ],
    [
      'owns something',
      '',
      'create function owned() returns int return 1; alter function owned() owner to login',
      /owns function public.owned\(\), and an owner/,
    ],
    [
      'may run code of another',
      '',
      'create function peek() returns int security definer return 1; revoke all on function peek() from public; grant execute on function peek() to login',
      /^the login \w+ may call public.peek\(\)/,
    ],
  ])('notices that it %s', async ([, options, sql, said], { orm }) => {
    await withRole(`login password 'codex' in role codex_scoped ${options}`, async (login) => {
      const owner = orm.em.fork();
      const scoped = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm, { user: login, password: 'codex' }) });

      try {
        await owner.execute(`revoke temporary on database "${orm.config.get('dbName')}" from public`);
        await owner.execute(sql.replace(/\blogin\b/, login));
        await assertScopeEnforced(scoped);
        const error = await assertScopeEnforced(scoped, { isLoginScoped: true }).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ faults: [expect.stringMatching(said)] });
      } finally {
        await scoped.close();
        await owner.execute(`drop owned by ${login}; drop function if exists peek()`);
      }
    });
  });

  test('notices the owner', async ({ orm }) => {
    await assertScopeEnforced(orm);
    await expect(assertScopeEnforced(orm, { isLoginScoped: true })).rejects.toMatchObject({
      faults: expect.arrayContaining([expect.stringMatching(/^the login \w+ bypasses row-level security/)]),
    });
  });
});
