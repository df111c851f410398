import fc from 'fast-check';
import { expect } from 'vitest';
import { ScopeRefusedError } from '../../src/index.js';
import { refuseEscape } from '../../src/scope/statement-guard.js';
import { test } from '../support/database-per-file.js';

/** Of such pieces texts are made that PostgreSQL and the guard could read differently. */
const pieces = [
  ...[`'`, `''`, `"`, `E'`, `e'`, `U&'`, `N'`, `B'`, '$$', '$a$', '$1$', '\\', `\\'`],
  ...['--', '/*', '*/', '/**/', ' -- x\n', '\n', '\r', '\f', '\t', ' ', '\u00a0', '\u2028'],
  ...['a', 'é', '1', '1e', '0x', ',', '(', ')', ';', '::text', '.', '||', 'as x', 'select 1', 'select'],
];

/** What leaves the scope where PostgreSQL takes it for SQL. */
const ways = [
  '; reset role; --',
  `, set_config('role', 'none', true) --`,
  `, set_config('role', 'none', true)`,
  `; select set_config('role', 'none', true); select '`,
  '; reset role; /*',
];

const text = fc
  .tuple(
    fc.array(fc.constantFrom(...pieces), { maxLength: 8 }),
    fc.constantFrom(...ways),
    fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
  )
  .map(([before, way, after]) => `select 'a'${before.join('')}${way}${after.join('')}`);

/** Such texts, by the way they are told apart: at least one of each is what it is about. */
const known = [
  `select E'a'\n'\\'' as x; reset role --'`,
  `select 'a' -- '\n'\\'; reset role --'`,
  `select $a$ $$ $a$; reset role`,
  `select 1 /* /* */ */; reset role`,
];

test('whatever the guard lets through, PostgreSQL does not leave the role for', { timeout: 120_000 }, async ({
  orm,
}) => {
  const em = orm.em.fork();
  await em.begin();
  await em.execute('set local role codex_scoped_org');
  await em.execute('savepoint each');
  let passed = 0;

  try {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.constantFrom(...known)), async (sql) => {
        try {
          refuseEscape(sql);
        } catch (error) {
          expect(error).toBeInstanceOf(ScopeRefusedError);
          return;
        }

        passed += 1;
        // Most are no SQL at all. In one message, so that the texts may be several statements.
        await em.execute(sql).catch(() => em.execute('rollback to savepoint each'));
        expect(await em.execute('select current_user as role')).toEqual([{ role: 'codex_scoped_org' }]);
      }),
      { numRuns: 3000 },
    );

    expect(passed).toBeGreaterThan(0);
  } finally {
    await em.rollback();
  }
});
