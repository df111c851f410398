import { expect } from 'vitest';
import type { Orm } from '../../../src/index.js';
import { test } from '../../support/database-per-file.js';
import { faultOfCell, specialCells } from './special-cells.js';
import { createWorld, restoreWorld, tables } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

test('whichever trigger is missing is noticed', { timeout: 120_000 }, async ({ orm }) => {
  const triggers = await orm.em
    .fork()
    .execute<{ table: string; name: string }[]>(
      `select tgrelid::regclass::text as "table", tgname as name from pg_trigger where not tgisinternal`,
    );
  const survivors: string[] = [];

  for (const { table, name } of triggers) {
    await orm.em.fork().execute(`alter table "${table}" disable trigger "${name}"`);
    (await findFault(orm)) ?? survivors.push(`${table}.${name}`);
    await orm.em.fork().execute(`alter table "${table}" enable trigger "${name}"`);
    await restoreWorld(orm);
  }

  expect(triggers.length).toBeGreaterThan(11);
  expect(survivors).toEqual([]);
  expect(await findFault(orm)).toBeUndefined();
});

async function findFault(orm: Orm): Promise<string | undefined> {
  for (const table of tables) {
    const [row] = await orm.em.fork().execute<{ is_later: boolean }[]>(
      `with changed as (update "${table}" set id = id returning id, updated_at)
       select bool_and(changed.updated_at > before.updated_at) as is_later from changed join "${table}" as before using (id)`,
    );

    if (!row?.is_later) {
      return `an update does not touch updated_at of ${table}`;
    }
  }

  await restoreWorld(orm);

  for (const cell of specialCells) {
    const [fault] = await faultOfCell(orm, cell);

    if (fault) {
      return fault;
    }
  }

  return undefined;
}
