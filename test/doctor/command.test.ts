import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { removeLocalServer } from '../../src/local/index.js';
import { findFreePort } from '../../src/local/port.js';
import { inFreshProject, type Outcome, run } from '../support/command.js';
import { test } from '../support/database-per-file.js';
import { databaseUrl } from '../support/database-url.js';
import { withRole } from '../support/temporary-role.js';

const doctor = (variables: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> =>
  run('npm', ['run', 'db:doctor', '--', ...args], variables);

const local = (url: string): NodeJS.ProcessEnv => ({ DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url });

describe('npm run db:doctor', { timeout: 60_000 }, () => {
  test('prints every check of the database that the environment chooses, and that all is well', async ({
    database,
  }) => {
    const { code, output } = await doctor(local(database.url));

    expect(code, output).toBe(0);
    expect(output).toMatch(new RegExp(`^Scopes: database "${database.name}" at \\S+, as "\\w+"$`, 'm'));
    expect(output).toMatch(/^check +result$/m);
    expect(output).toMatch(/^the roles bypass nothing +ok$/m);
    expect(output).toMatch(/^policies are as declared +ok$/m);
    expect(output).toMatch(new RegExp(`^Catalog: database "${database.name}" at `, 'm'));
    expect(output).toMatch(/^every foreign key has an index +ok$/m);
    expect(output).not.toMatch(/\d fault|^- /m);
  });

  test('prints what is wrong and what to do, and changes nothing', async ({ database, em }) => {
    await em.execute('grant select on sessions to codex_scoped; alter table content disable row level security');

    const outcomes = [await doctor(local(database.url)), await doctor(local(database.url))];
    await em.execute('revoke select on sessions from codex_scoped; alter table content enable row level security');

    for (const { code, output } of outcomes) {
      expect(code, output).toBe(1);
      expect(output).toMatch(/^row-level security is on +1 fault$/m);
      expect(output).toMatch(/^- row-level security is off for content: alter table "content" enable row level/m);
      expect(output).toMatch(/^- the role codex_scoped has SELECT on sessions.*: revoke all on "public"."sessions"/m);
    }
  });

  test('prints what is wrong with the catalog', async ({ database, em }) => {
    await em.execute('create table left_over (id int)');
    const { code, output } = await doctor(local(database.url));
    await em.execute('drop table left_over');

    expect(code, output).toBe(1);
    expect(output).toMatch(/^nothing is there that no entity declares +1 fault$/m);
    expect(output).toMatch(/^- the table left_over is declared nowhere: /m);
  });

  test('looks at a URL in place of the environment', async ({ database, orm }) => {
    const elsewhere = local(databaseUrl(orm, { database: 'nowhere' }));
    const { code, output } = await doctor(elsewhere, database.url);

    expect(code, output).toBe(0);
    expect(output).toContain(`database "${database.name}"`);
  });

  test('looks at the login of DATABASE_URL_SCOPED as well', async ({ database, orm, em }) => {
    const scoped = (user: string) => ({
      ...local(database.url),
      DATABASE_URL_SCOPED: databaseUrl(orm, { user, password: 'codex' }),
    });

    await withRole(`login password 'codex' in role codex_scoped`, async (login) => {
      const loose = await doctor(scoped(login));
      await em.execute(`revoke temporary on database "${database.name}" from public`);
      const tight = await doctor(scoped(login));

      expect(loose.code, loose.output).toBe(1);
      expect(loose.output).toMatch(new RegExp(`^- the login ${login} has TEMPORARY on the database: revoke`, 'm'));
      expect(tight.code, tight.output).toBe(0);
      expect(tight.output).toMatch(new RegExp(`^Scopes for the login of DATABASE_URL_SCOPED: .* as "${login}"$`, 'm'));
      expect(tight.output).toMatch(/^the login owns nothing +ok$/m);
    });

    const wrong = await doctor(scoped('nobody'));
    expect(wrong.code).toBe(1);
    expect(wrong.output).toMatch(/^No answer from database .* for user "nobody"/m);
  });

  test('says in one line why it cannot look', async () => {
    const secret = 'correct-horse';
    const cases: [NodeJS.ProcessEnv, string[], RegExp][] = [
      [
        local(`postgresql://ada:${secret}@127.0.0.1:1/codex`),
        [],
        /^No answer from database "codex" at .*: nothing listens/,
      ],
      [{ DB_METHOD: 'PRODUCTION' }, [], /^DATABASE_URL is not set/],
      [{}, [`postgresql://ada:${secret}@127.0.0.1:1/codex`], /^No answer from database "codex" at .*: nothing listens/],
      [{}, [`mysql://ada:${secret}@127.0.0.1/codex`], /^url has the wrong scheme/],
      [{ DB_METHOD: 'NEON' }, ['postgresql://ada@127.0.0.1/codex'], /^method is unknown/],
    ];

    for (const [variables, args, message] of cases) {
      const { code, output } = await run('npm', ['run', '--silent', 'db:doctor', '--', ...args], variables);

      expect(code, output).toBe(1);
      expect(output).toMatch(message);
      expect(output.trim().split('\n'), output).toHaveLength(1);
      expect(output).not.toContain(secret);
    }
  });

  test("looks at the developer's own database without any variable", async () => {
    await inFreshProject(async (folder) => {
      const ports = { CODEX_LOCAL_PORT: String(await findFreePort(0)) };

      try {
        const { code, output } = await run('npm', ['run', 'db:doctor'], ports, folder);

        expect(code, output).toBe(1);
        expect(output).toMatch(/^the roles exist +1 fault$/m);
        expect(output).toMatch(/^policies are as declared +not checked$/m);
        expect(output).toMatch(/^- the role codex_scoped does not exist: run the migrations$/m);
      } finally {
        await removeLocalServer(join(folder, '.local/postgres'));
      }
    });
  });
});
