import { expect } from 'vitest';
import type { Orm } from '../../../src/index.js';
import { test } from '../../support/database-per-file.js';
import { secretTables } from './expectation.js';
import { mutationsOf, type PolicyMutation, readPolicies } from './policy-parts.js';
import { checkQuickly } from './quick-matrix.js';
import { everyKind } from './scopes.js';
import { createWorld, restoreWorld, tables } from './world.js';

test.beforeAll(({ orm }) => createWorld(orm));

/** Parts that say again what another rule says already. Nothing can tell whether they are there. */
const redundant: Record<string, string[]> = {
  // What the condition looks for in another table is under that table's own policies, which ask the same.
  'media_items.creator_org_scope using': ['creator_id = codex.creator'],
  'users.creator_org_scope using': ['id = codex.creator'],
};

/** A part in few words, as it is named above. */
const inShort = (part: string): string =>
  part
    .replace(/\s+/g, ' ')
    .replace(/^\((.*)\)$/, '$1')
    .replace(/^EXISTS \( SELECT FROM (\w+).*$/, 'exists $1')
    .replace(/\(?NULLIF\(current_setting\('(\S+)'::text, true\), ''::text\)\)?(::uuid)?/, '$1');

test('nothing is wrong with the database as it is', { timeout: 120_000 }, async ({ orm }) => {
  const faults: string[] = [];

  for await (const fault of checkQuickly(orm, ...tables)) {
    faults.push(fault);
  }

  expect(faults).toEqual([]);
});

test('whatever is taken from a policy is noticed, unless another rule says the same', {
  timeout: 300_000,
}, async ({ orm }) => {
  const mutations = (await readPolicies(orm)).flatMap(mutationsOf);
  const survivors = await survivorsOf(orm, mutations);

  expect(mutations.length).toBeGreaterThan(50);
  expect(survivors.map(({ name }) => name).sort()).toEqual(
    mutations
      .filter(({ about, part }) => part && redundant[about]?.includes(inShort(part)))
      .map(({ name }) => name)
      .sort(),
  );
  expect(survivors.length).toBe(Object.values(redundant).flat().length);
});

test('row-level security that is off is noticed', { timeout: 120_000 }, async ({ orm }) => {
  const mutations = tables.flatMap((table): PolicyMutation[] => {
    const toggle = (state: string) => `alter table "${table}" ${state} row level security`;
    const open = secretTables.includes(table) ? `grant select on "${table}" to ${everyKind};` : '';
    const close = secretTables.includes(table) ? `revoke select on "${table}" from ${everyKind};` : '';

    return [{ name: table, about: table, table, apply: open + toggle('disable'), undo: close + toggle('enable') }];
  });

  expect((await survivorsOf(orm, mutations)).map(({ name }) => name)).toEqual([]);
});

test('a right too much or too little is noticed', { timeout: 300_000 }, async ({ orm }) => {
  const rights = await orm.em.fork().execute<{ table: string; right: string; is_granted: boolean }[]>(
    `select "table", "right", has_table_privilege('codex_scoped_org', "table", "right") as is_granted
     from unnest(?::text[]) as "table" cross join unnest(array['select', 'insert', 'update', 'delete']) as "right"`,
    [`{${tables}}`],
  );
  const mutations = rights.map(({ table, right, is_granted }): PolicyMutation => {
    const grant = `grant ${right} on "${table}" to ${everyKind}`;
    const revoke = `revoke ${right} on "${table}" from ${everyKind}`;
    const name = `${is_granted ? 'without' : 'with'} ${right} on ${table}`;

    return { name, about: name, table, apply: is_granted ? revoke : grant, undo: is_granted ? grant : revoke };
  });

  expect(mutations.length).toBe(44);
  // These have no policy either.
  expect((await survivorsOf(orm, mutations)).map(({ name }) => name)).toEqual(
    secretTables.map((table) => `with insert on ${table}`),
  );
});

async function survivorsOf(orm: Orm, mutations: readonly PolicyMutation[]): Promise<PolicyMutation[]> {
  const survivors: PolicyMutation[] = [];

  for (const mutation of mutations) {
    await orm.em.fork().execute(mutation.apply);
    const fault = await firstOf(checkQuickly(orm, mutation.table));
    await orm.em.fork().execute(mutation.undo);

    fault ? await restoreWorld(orm) : survivors.push(mutation);
  }

  return survivors;
}

async function firstOf(faults: AsyncIterable<string>): Promise<string | undefined> {
  for await (const fault of faults) {
    return fault;
  }

  return undefined;
}
