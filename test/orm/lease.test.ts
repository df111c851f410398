import type { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { beginInScope } from '../../src/orm/lease.js';

test('a transaction that did not begin in its scope is put into it before anybody gets it', async () => {
  const sent: CompiledQuery[] = [];
  const transaction = { executeQuery: async (query: CompiledQuery) => void sent.push(query) };

  await beginInScope({ user: 'ada' }, async () => transaction as never);

  expect(sent.map(({ parameters }) => parameters)).toEqual([
    ['role', 'codex_scoped_user', 'codex.creator', '', 'codex.org', '', 'codex.user', 'ada'],
  ]);
});
