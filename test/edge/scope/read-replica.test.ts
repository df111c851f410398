import { describe, expect } from 'vitest';
import { createHttpExecutor, type HttpExecutor, type Retry } from '../../../src/edge/index.js';
import { rejectionOf } from '../support/rejection.js';
import { test as standInTest } from '../support/stand-in.js';
import { test as base } from './support/tenants.js';

/** A login of which each transaction is read-only stands for the replica: it refuses writes with the same error. */
const test = base
  .extend('readUrl', { scope: 'file' }, async ({ neon }, { onCleanup }): Promise<string> => {
    const owner = createHttpExecutor(neon);
    const role = `replica_${crypto.randomUUID().slice(0, 8)}`;
    await owner.query(`create role ${role} login password 'r3ad' in role codex_scoped`);
    await owner.query(`alter role ${role} set default_transaction_read_only = on`);
    onCleanup(async () => {
      await owner.query(`drop role ${role}`);
    });

    const url = new URL(neon.url);
    [url.username, url.password] = [role, 'r3ad'];
    return url.href;
  })
  .extend('retries', (): Retry[] => [])
  .extend(
    'replicated',
    ({ neon, readUrl, retries }): HttpExecutor =>
      createHttpExecutor(neon, { readUrl, onRetry: (retry) => retries.push(retry) }),
  );

const look = `select id, session_user like 'replica%' as "onReplica", current_user like 'codex\\_scoped\\_%' as "isScoped" from content`;
const seen = (id: string, onReplica: boolean) => [{ id, onReplica, isScoped: true }];

describe('an executor with a replica, in a scope', () => {
  test('reads there, and its primary does not', async ({ replicated, retries, world: { ada } }) => {
    const scoped = replicated.scope({ org: ada.organization });

    expect(await scoped.query(look)).toEqual(seen(ada.published, true));
    expect((await scoped.batch([look], { readOnly: true }))[0].rows).toEqual(seen(ada.published, true));
    expect((await scoped.batch([look]))[0].rows).toEqual(seen(ada.published, false));
    expect(await scoped.primary.query(look)).toEqual(seen(ada.published, false));
    expect(await scoped.primary.scope({ org: ada.organization }).query(look)).toEqual(seen(ada.published, false));
    expect(retries).toEqual([]);
  });

  test('keeps its scope when it is narrowed', async ({ replicated, world: { ada, eve } }) => {
    const creator = replicated.scope({ creator: ada.id });
    const narrowed = creator.scope({ creator: ada.id, org: ada.organization });

    expect(await narrowed.query(look)).toEqual(seen(ada.published, true));
    expect(await narrowed.primary.query(look)).toEqual(seen(ada.published, false));
    expect(() => narrowed.primary.scope({ creator: eve.id })).toThrow(
      expect.objectContaining({ code: 'SCOPE_REFUSED' }),
    );
  });

  test('writes on the primary, also what begins like a read', async ({ replicated, retries, world: { ada, eve } }) => {
    const scoped = replicated.scope({ creator: ada.id });
    const rename = `update content set title = 'Changed' returning creator_id`;

    expect(await scoped.query(rename)).toEqual(Array(2).fill({ creator_id: ada.id }));
    expect(retries).toEqual([]);
    expect(await scoped.query(`with w as (${rename}) select * from w`)).toEqual(Array(2).fill({ creator_id: ada.id }));
    expect(retries).toEqual([expect.objectContaining({ reason: 'the statement writes, which a replica refuses' })]);
    expect(
      await rejectionOf(scoped.sql`with w as (update content set creator_id = ${eve.id}, media_item_id = null returning 1)
        select * from w`),
    ).toMatchObject({ code: 'OUT_OF_SCOPE' });
  });

  standInTest('asks the replica for a transaction that cannot write', async ({ standIn }) => {
    const result = { fields: [], rows: [], command: 'SELECT', rowCount: 0, rowAsArray: true };
    const answer = JSON.stringify({ results: [result, result] });
    const primary = await standIn((response) => response.end(answer));
    const replica = await standIn((response) => response.end(answer));
    const scoped = createHttpExecutor(primary.settings, { readUrl: replica.settings }).scope({ creator: 'ada' });

    await scoped.query('select 1');
    await scoped.query('update content set title = title');

    expect(replica.received.map(({ headers }) => headers['neon-batch-read-only'])).toEqual(['true']);
    expect(primary.received.map(({ headers }) => headers['neon-batch-read-only'])).toEqual([undefined]);
  });
});
