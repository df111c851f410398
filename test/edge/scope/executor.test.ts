import { describe, expect } from 'vitest';
import { Content } from '../../../src/index.js';
import { contentSeenBy, test } from './support/tenants.js';

describe('an executor in a scope', () => {
  test('sees the rows of each kind of scope, and no others', async ({ executor, world: { ada, eve } }) => {
    const both = [ada.own, ada.published].sort();

    expect(await contentSeenBy(executor.scope({ creator: ada.id }))).toEqual(both);
    expect(await contentSeenBy(executor.scope({ org: ada.organization }))).toEqual([ada.published]);
    expect(await contentSeenBy(executor.scope({ creator: ada.id, org: ada.organization }))).toEqual([ada.published]);
    expect(await contentSeenBy(executor.scope({ creator: ada.id, org: eve.organization }))).toEqual([]);
    expect(await contentSeenBy(executor.scope({ user: ada.id }))).toEqual([]);
    expect(await contentSeenBy(executor.scope({ creator: 'nobody' }))).toEqual([]);
    expect(await executor.scope({ user: ada.id }).query('select id from users')).toEqual([{ id: ada.id }]);
    expect(await contentSeenBy(executor)).toEqual(expect.arrayContaining([...both, eve.own, eve.published]));
  });

  test('sees them by each of its methods', async ({ executor, world: { ada } }) => {
    const scoped = executor.scope({ org: ada.organization });
    const text = 'select id from content';
    const rows = [{ id: ada.published }];

    expect(await scoped.query(text)).toEqual(rows);
    expect(await scoped.sql`select id from content where id = any(${[ada.own, ada.published]})`).toEqual(rows);
    expect(await scoped.execute(text)).toMatchObject({
      rows,
      rowCount: 1,
      command: 'SELECT',
      fields: [{ name: 'id' }],
    });
    expect(await scoped.execute(text, { rowMode: 'array' })).toMatchObject({ rows: [[ada.published]] });
    expect((await scoped.batch([text, text, { text }])).map((result) => result.rows)).toEqual([rows, rows, rows]);
    expect(await contentSeenBy(scoped.primary)).toEqual([ada.published]);
  });

  test('runs a statement that another executor’s tag made, in its own scope', async ({ executor, world: { ada } }) => {
    const statement = executor.sql<{ id: string }>`select id from content`;

    const [{ rows }] = await executor.scope({ org: ada.organization }).batch([statement]);

    expect(rows).toEqual([{ id: ada.published }]);
  });

  test('writes its own rows only', async ({ executor, em, world: { ada, eve } }) => {
    const scoped = executor.scope({ creator: ada.id });

    const updated = await scoped.execute(`update content set title = 'Changed'`);
    const missed = await scoped.execute({ text: `update content set title = '' where id = $1`, parameters: [eve.own] });
    const [inserted] = await scoped.sql<{ creator_id: string }>`
      insert into content (title, slug, content_type) values ('New', ${`new-${ada.id}`}, 'video') returning creator_id`;

    expect([updated.rowCount, missed.rowCount, inserted]).toEqual([2, 0, { creator_id: ada.id }]);
    const stored = await em.fork().find(Content, { creator: [ada.id, eve.id] }, { orderBy: { title: 'asc' } });
    expect(stored.map(({ title }) => title)).toEqual(['Changed', 'Changed', 'Eve’s own', 'Eve’s published', 'New']);
  });

  test('leaves no scope behind', async ({ executor, world: { ada } }) => {
    const look = `select current_user = session_user as "isLogin", current_setting('codex.creator', true) as creator`;
    await contentSeenBy(executor.scope({ creator: ada.id }));
    await executor
      .scope({ creator: ada.id })
      .query('select 1/0')
      .catch(() => {});

    expect(await executor.query(look)).toEqual([{ isLogin: true, creator: expect.toBeOneOf([null, '']) }]);
  });

  test('keeps a batch in one transaction, with its options', async ({ executor, em, world: { ada } }) => {
    const scoped = executor.scope({ creator: ada.id });
    const levels = { isolationLevel: 'serializable', readOnly: true, deferrable: true } as const;
    const looks = ['isolation', 'read_only', 'deferrable'].map(
      (name) => `select current_setting('transaction_${name}') as it`,
    );

    const results = await scoped.batch(looks, levels);
    const failed = scoped.batch([`update content set title = 'Lost'`, 'select 1/0']);

    expect(results.map(({ rows }) => rows)).toEqual([[{ it: 'serializable' }], [{ it: 'on' }], [{ it: 'on' }]]);
    await expect(failed).rejects.toMatchObject({ sqlState: '22012' });
    expect(await em.fork().findOneOrFail(Content, ada.own)).toMatchObject({ title: 'Ada’s own' });
  });

  test('takes values of any kind in its scope as they are', async ({ executor, em }) => {
    const id = `o'brien", true); -- $1 \\ 雪`;
    await em.execute('insert into users (id, name, email) values (?, ?, ?)', [id, 'O', 'o@example.org']);

    expect(await executor.scope({ user: id }).query('select id from users')).toEqual([{ id }]);
  });
});
