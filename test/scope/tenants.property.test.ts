import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { createHttpExecutor } from '../../src/edge/index.js';
import { createOrm, inScope, type Orm } from '../../src/index.js';
import { test as base } from '../support/database-per-file.js';
import * as http from './tenants/http-actions.js';
import { type Program, randomProgram, runProgram } from './tenants/program.js';
import * as session from './tenants/session-actions.js';
import { createTenants, marksIn, readRows, restoreTenants } from './tenants/world.js';

/** Asking for `owner` is asking for the tenants' rows, and for the owner's view of them. */
const test = base.extend('owner', { scope: 'file' }, async ({ orm, database }): Promise<Orm> => {
  await orm.em.fork().execute(`alter database "${database.name}" set deadlock_timeout to '20ms'`);
  await createTenants(orm);

  return orm;
});

/** Runs random programs on the tenants' rows, and looks at all rows after each: through `pool`, as its owner. */
async function check(
  owner: Orm,
  pool: Orm,
  { reads, writes }: { reads: object; writes: object },
  numRuns: number,
  run: (program: Program, writes: ReadonlySet<string>) => Promise<number>,
): Promise<void> {
  const names = new Set(Object.keys(writes));
  let shown = 0;
  let written = 0;
  await restoreTenants(owner);
  const before = await readRows(owner);

  await fc.assert(
    fc
      .asyncProperty(randomProgram([...Object.keys(reads), ...names]), async (program) => {
        shown += await run(program, names);
        const after = await readRows(pool);
        const isUntouched = (row: string) => marksIn(row).some((tenant) => tenant === 'c' || tenant === program.reader);

        // A row of one tenant with another one's mark was written by the other one.
        expect(after.filter((row) => marksIn(row).length !== 1)).toEqual([]);
        expect(after.filter(isUntouched)).toEqual(before.filter(isUntouched));
        written += after.filter((row) => !before.includes(row)).length;
      })
      .afterEach(() => restoreTenants(owner)),
    { numRuns, endOnFailure: true },
  );

  // Far below what chance gives: the programs do something.
  expect(shown).toBeGreaterThan(numRuns / 2);
  expect(written).toBeGreaterThan(numRuns / 5);
}

describe('two tenants on a shared pool', { timeout: 120_000 }, () => {
  test.for(['tcp', 'websocket'] as const)(
    'never see or touch a row of each other over %s',
    async (transport, { owner, neon }) => {
      const orm = createOrm({ ...neon, transport, poolSize: 2 });

      try {
        await check(owner, orm, session, 80, (program, writes) =>
          runProgram(program, writes, (turn, steps, give) =>
            inScope(orm, turn.scope, async (em) => {
              for (const { action, pick } of steps) {
                give(await { ...session.reads, ...session.writes }[action]!(em, { ...turn, pick }, orm));
              }
            }),
          ),
        );
      } finally {
        await orm.close();
      }
    },
  );

  test('never see or touch a row of each other over http', async ({ owner, neon }) => {
    const executor = createHttpExecutor(neon);

    await check(owner, owner, http, 50, (program, writes) =>
      runProgram(program, writes, async (turn, steps, give) => {
        for (const { action, pick } of steps) {
          give(await { ...http.reads, ...http.writes }[action]!(executor.scope(turn.scope), { ...turn, pick }));
        }
      }),
    );
  });
});
