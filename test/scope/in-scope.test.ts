import { wrap } from '@mikro-orm/core';
import { sql } from 'kysely';
import { describe, expect, vi } from 'vitest';
import {
  Account,
  Content,
  ContentAccess,
  InvalidArgumentError,
  inScope,
  isForeignKeyViolation,
  isUniqueViolation,
  MediaItem,
  Organization,
  OrganizationMembership,
  OutOfScopeError,
  QueryFailedError,
  type Scope,
  ScopeRefusedError,
  TransactionNotSupportedError,
  User,
} from '../../src/index.js';
import { test as base } from '../parity/transports.js';
import type { Row } from '../support/rows.js';
import { publish } from '../support/world.js';

const test = base.extend('two', async ({ orm }) => {
  const em = orm.em.fork();
  return { own: await publish(em), foreign: await publish(em) };
});

const transports = ['tcp', 'websocket'] as const;

describe.for(transports)('inScope over %s', (transport) => {
  test('shows the rows of the scope and no others, on each path', async ({ orms, two: { own, foreign } }) => {
    const org = own.organization.id;
    const seen = await inScope(orms[transport], { org }, async (em) => ({
      find: (await em.find(Content, {})).map(({ id }) => id),
      findForeign: await em.findOne(Content, foreign.content.id),
      count: await em.count(Content),
      builder: (await em.createQueryBuilder(Content).select('id').execute()).map(({ id }) => id),
      kysely: (await em.getKysely().selectFrom('content').select('id').execute()).map(({ id }) => id),
      raw: (await em.execute('select id from content')).map(({ id }) => id),
      connection: (await em.getConnection().execute('select id from content')).map(({ id }) => id),
      driver: (await em.getDriver().find(Content, {})).map(({ id }) => id),
      fork: (await em.fork().find(Content, {})).map(({ id }) => id),
      inner: await em.transactional(async (inner) => (await inner.find(Content, {})).map(({ id }) => id)),
    }));
    const ids = [own.content.id];

    expect(seen).toEqual({
      find: ids,
      findForeign: null,
      count: 1,
      builder: ids,
      kysely: ids,
      raw: ids,
      connection: ids,
      driver: ids,
      fork: ids,
      inner: ids,
    });
  });

  test('runs under a role of its own, in one transaction, and leaves nothing behind', async ({ orms, two }) => {
    const read = `select current_user as role, current_setting('codex.org', true) as org, txid_current() as id`;
    const before = await orms[transport].em.fork().execute(read);
    const [first = {}, second = {}]: Row[] = await inScope(
      orms[transport],
      { org: two.own.organization.id },
      async (em) => [...(await em.execute(read)), ...(await em.execute(read))],
    );
    const after = await orms[transport].em.fork().execute(read);

    expect(first).toMatchObject({ role: 'codex_scoped_org', org: two.own.organization.id });
    expect(second.id).toBe(first.id);
    expect(after[0]).toMatchObject({ role: before[0]?.role });
    expect(after[0]?.org || null).toBeNull();
  });

  test('commits what the work did, and flushes it', async ({ orms, two: { own } }) => {
    const title = await inScope(orms[transport], { org: own.organization.id }, async (em) => {
      (await em.findOneOrFail(Content, own.content.id)).title = 'Autumn';
      return 'done';
    });

    expect(title).toBe('done');
    expect(await orms[transport].em.fork().findOneOrFail(Content, own.content.id)).toMatchObject({ title: 'Autumn' });
  });

  test('rolls back what the work did before it threw, and passes its error on', async ({ orms, two: { own } }) => {
    const error = new Error('of the work');
    const scoped = inScope(orms[transport], { org: own.organization.id }, async (em) => {
      await em.nativeUpdate(Content, own.content.id, { title: 'lost' });
      throw error;
    });

    await expect(scoped).rejects.toBe(error);
    expect(await orms[transport].em.fork().findOneOrFail(Content, own.content.id)).toMatchObject({ title: 'Spring' });
  });

  test.for([
    ['an update', (content: Content) => void Object.assign(content, { title: 'taken' })],
    ['a removal', (content: Content, em: { remove(entity: Content): unknown }) => void em.remove(content)],
  ] as const)('%s of a row that it does not have is an error, and rolls back', async ([, change], { orms, two }) => {
    const { own, foreign } = two;
    const missing = crypto.randomUUID();
    const attempt = (id: string) =>
      inScope(orms[transport], { org: own.organization.id }, async (em) => {
        await em.nativeUpdate(Content, own.content.id, { title: 'lost' });
        change(em.getReference(Content, id), em);
        // Also if nobody lets the error through.
        await em.flush().catch(() => {});
      }).catch((error: unknown) => error);
    const errors = [await attempt(foreign.content.id), await attempt(missing)] as OutOfScopeError[];

    expect(errors[0]).toBeInstanceOf(OutOfScopeError);
    expect(errors[0]).toMatchObject({ code: 'OUT_OF_SCOPE', subject: 'Content', isRetryable: false });
    expect(errors[0]!.message).toBe(errors[1]!.message);
    expect(await orms[transport].em.fork().findOneOrFail(Content, own.content.id)).toMatchObject({ title: 'Spring' });
    expect(await orms[transport].em.fork().findOneOrFail(Content, foreign.content.id)).toMatchObject({
      title: 'Spring',
      deletedAt: null,
    });
  });

  test('a deletion of a row that it does not have is an error, and rolls back', async ({ orms, two }) => {
    const owner = orms[transport].em.fork();
    const [own, foreign] = [two.own, two.foreign].map(({ organization, creator }) =>
      owner.create(OrganizationMembership, { organization: organization.id, user: creator.id }),
    );
    await owner.flush();
    const attempt = (...ids: string[]) =>
      inScope(orms[transport], { org: two.own.organization.id }, (em) =>
        ids.forEach((id) => void em.remove(em.getReference(OrganizationMembership, id))),
      ).catch((error: unknown) => error as Error);
    const errors = [
      await attempt(foreign!.id),
      await attempt(crypto.randomUUID()),
      await attempt(own!.id, foreign!.id),
    ];

    for (const error of errors) {
      expect(error).toBeInstanceOf(OutOfScopeError);
      expect(error).toMatchObject({ message: (errors[1] as Error).message });
    }

    expect(await owner.fork().count(OrganizationMembership, [own!.id, foreign!.id])).toBe(2);
  });

  test('several updates in one flush must all find their rows', async ({ orms, two: { own, foreign } }) => {
    const scoped = inScope(orms[transport], { org: own.organization.id }, (em) => {
      em.getReference(Content, own.content.id).title = 'a';
      em.getReference(Content, foreign.content.id).title = 'b';
    });

    await expect(scoped).rejects.toBeInstanceOf(OutOfScopeError);
  });

  test('gives the typed errors of this package', async ({ orms, two: { own, foreign } }) => {
    const scope: Scope = { org: own.organization.id };
    const fails = (work: Parameters<typeof inScope<unknown>>[2]) =>
      inScope(orms[transport], scope, work).catch((error: unknown) => error);
    const repeated = { creator: own.creator.id, title: 'x', slug: own.content.slug, contentType: 'video' } as const;
    const unique = await fails(async (em) => void em.create(Content, repeated));
    const rule = await fails(
      async (em) => void em.create(Content, { ...repeated, slug: 'x', mediaItem: foreign.mediaItem.id }),
    );

    expect(unique).toBeInstanceOf(QueryFailedError);
    expect(isUniqueViolation(unique)).toBe(true);
    expect(rule).toMatchObject({ code: 'QUERY_FAILED', constraint: 'content_media_item_of_creator' });
    expect(isForeignKeyViolation(rule)).toBe(true);
    expect(await fails((em) => em.execute('select * from accounts'))).toBeInstanceOf(OutOfScopeError);
    expect(await fails((em) => em.find(Account, {}))).toBeInstanceOf(OutOfScopeError);
    expect(await fails((em) => em.execute('select no_such_column'))).toMatchObject({ sqlState: '42703' });
    expect(await fails((em) => em.getKysely().deleteFrom('purchases').execute())).toBeInstanceOf(OutOfScopeError);
  });

  test('does not commit after an error that was caught, unless a savepoint took it', async ({ orms, two: { own } }) => {
    const scope: Scope = { org: own.organization.id };
    const write = (title: string, isInSavepoint: boolean) =>
      inScope(orms[transport], scope, async (em) => {
        await em.nativeUpdate(Content, own.content.id, { title });
        const fail = () => em.execute('select 1 / 0');
        await (isInSavepoint ? em.transactional(fail) : fail()).catch(() => {});
        return 'done';
      });

    await expect(write('lost', false)).rejects.toMatchObject({ sqlState: '22012' });
    await expect(write('kept', true)).resolves.toBe('done');
    expect(await orms[transport].em.fork().findOneOrFail(Content, own.content.id)).toMatchObject({ title: 'kept' });
  });

  test('can be read-only, and isolated', async ({ orms, two: { own } }) => {
    const scope: Scope = { org: own.organization.id };
    const write = inScope(orms[transport], scope, (em) => em.nativeUpdate(Content, own.content.id, { title: 'x' }), {
      readOnly: true,
    });
    await expect(write).rejects.toMatchObject({ sqlState: '25006' });
    const [read]: Row[] = await inScope(
      orms[transport],
      scope,
      (em) => em.execute(`select current_setting('transaction_isolation') as level`),
      { isolationLevel: 'serializable' },
    );

    expect(read?.level).toBe('serializable');
  });

  test('lets nothing run after its end', async ({ orms, two: { own } }) => {
    const late: Promise<unknown>[] = [];
    const attempt = (statement: Promise<unknown>) => late.push(statement.catch((error: unknown) => error));
    const content = await inScope(orms[transport], { org: own.organization.id }, async (em) => {
      for (let each = 0; each < 5; each += 1) {
        attempt(em.execute('select pg_sleep(0.01), current_user as role'));
        attempt(em.getKysely().selectFrom('content').select(sql`current_user`.as('role')).execute());
      }

      return em.findOneOrFail(Content, own.content.id);
    });

    expect(content.id).toBe(own.content.id);

    for (const each of await Promise.all(late)) {
      expect(each instanceof ScopeRefusedError || (each as Row[])[0]?.role === 'codex_scoped_org').toBe(true);
    }
  });

  test('does not wait for a stream that nobody reads on, and gives nothing more of it', async ({ orms, two }) => {
    let stream: AsyncIterator<unknown> | undefined;
    const first = await inScope(orms[transport], { org: two.own.organization.id }, async (em) => {
      const rows = em.getConnection().stream<Row>('select n from generate_series(1, 1000) as n' as never);
      stream = rows[Symbol.asyncIterator]();
      return stream.next();
    });
    const readOn = async () => {
      while (!(await stream!.next()).done) {
        // Some rows may have arrived with the first one.
      }
    };

    expect(first).toMatchObject({ value: { n: 1 } });
    await expect(readOn()).rejects.toBeInstanceOf(ScopeRefusedError);
  });

  test('entities cannot load more once it is over', async ({ orms, two: { own } }) => {
    const { em, content } = await inScope(orms[transport], { org: own.organization.id }, async (em) => ({
      em,
      content: await em.findOneOrFail(Content, own.content.id),
    }));

    await expect(wrap(content.creator).init()).rejects.toBeInstanceOf(ScopeRefusedError);
    await expect(em.find(Content, {})).rejects.toBeInstanceOf(ScopeRefusedError);
    await expect(em.fork().find(Content, {})).rejects.toBeInstanceOf(ScopeRefusedError);
    expect(() => em.getKysely().selectFrom('content').selectAll().compile()).toThrow(ScopeRefusedError);
  });
});

describe('inScope', () => {
  test.for<unknown>([null, undefined, '', {}, [], { org: null }, { org: '' }, { org: { $ne: null } }, { org: ['a'] }])(
    'refuses %o before any SQL',
    async (scope, { orm }) => {
      const begin = vi.spyOn(orm.em.getConnection(), 'begin');

      await expect(inScope(orm, scope as Scope, () => {})).rejects.toBeInstanceOf(InvalidArgumentError);
      expect(begin).not.toHaveBeenCalled();
    },
  );

  test.for<[string, (em: Parameters<Parameters<typeof inScope>[2]>[0]) => unknown]>([
    ['filters: false', (em) => em.find(Content, {}, { filters: false })],
    ['filters: false in populate', (em) => em.find(Organization, {}, { populate: ['content'], filters: false })],
    ['filters: false in a query builder', (em) => em.createQueryBuilder(Content).applyFilters(false as never)],
    ['a session', (em) => em.fork({ session: { role: 'postgres' } })],
    ['begin', (em) => em.begin()],
    ['commit', (em) => em.commit()],
    ['rollback', (em) => em.rollback()],
    ['the connection’s commit', (em) => em.getConnection().commit(em.getTransactionContext()!)],
    ['closing the connection', (em) => em.getConnection().close()],
    ['SQL that ends the transaction', (em) => em.execute('commit')],
    ['SQL that leaves the role', (em) => em.execute('reset role')],
    [
      'SQL that changes the scope',
      (em) => em.execute(`select set_config('codex.org', ?, true)`, [crypto.randomUUID()]),
    ],
    ['two statements', (em) => em.execute('select 1; reset role')],
    ['definitions through Kysely', (em) => em.getKysely().schema.createTable('a').execute()],
  ])('refuses %s', async ([, leave], { orm, two }) => {
    await expect(
      inScope(orm, { org: two.own.organization.id }, async (em) => void (await leave(em))),
    ).rejects.toBeInstanceOf(ScopeRefusedError);
  });

  test('takes no other transaction than its own', async ({ orm, two }) => {
    await orm.em.fork().transactional(async (owner) => {
      const ctx = owner.getTransactionContext();
      const find = inScope(orm, { org: two.own.organization.id }, (em) => em.find(Content, {}, { ctx } as never));

      await expect(find).rejects.toBeInstanceOf(ScopeRefusedError);
      await expect(
        inScope(orm, { org: two.own.organization.id }, async (em) => em.setTransactionContext(ctx!)),
      ).rejects.toBeInstanceOf(ScopeRefusedError);
    });
  });

  test('is its own, also within a transaction of the owner', async ({ orm, two }) => {
    const found = await orm.em
      .fork()
      .transactional(() =>
        orm.em.transactional(() =>
          inScope(orm, { org: two.own.organization.id }, (em) => em.fork({ useContext: true }).find(Content, {})),
        ),
      );

    expect(found.map(({ id }) => id)).toEqual([two.own.content.id]);
  });

  test('has an identity map and a result cache of its own', async ({ orm, two: { own, foreign } }) => {
    const owner = orm.em.fork();
    await owner.find(Content, {}, { cache: ['all content', 10_000] });
    await owner.findOneOrFail(Content, foreign.content.id);
    const found = await inScope(orm, { org: own.organization.id }, async (em) => [
      ...(await em.find(Content, {}, { cache: ['all content', 10_000] })),
      await em.findOne(Content, foreign.content.id),
    ]);
    await inScope(orm, { org: foreign.organization.id }, (em) => em.find(Content, {}, { cache: ['foreign', 10_000] }));

    expect(found.map((content) => content?.id)).toEqual([own.content.id, undefined]);
    expect(await owner.find(Content, own.content.id, { cache: ['foreign', 10_000] })).toHaveLength(1);
  });

  test('shows deleted rows when asked for, within the scope', async ({ orm, two: { own, foreign } }) => {
    const em = orm.em.fork();
    await em.nativeUpdate(Content, [own.content.id, foreign.content.id], { deletedAt: new Date() });
    const [live, all] = await inScope(orm, { org: own.organization.id }, async (scoped) => [
      await scoped.find(Content, {}),
      await scoped.find(Content, {}, { filters: { notDeleted: false } }),
    ]);

    expect(live).toEqual([]);
    expect(all!.map(({ id }) => id)).toEqual([own.content.id]);
  });

  test('removes softly, and restores', async ({ orm, two: { own } }) => {
    const scope: Scope = { org: own.organization.id };
    await inScope(orm, scope, async (em) => void em.remove(await em.findOneOrFail(Content, own.content.id)));
    expect(await orm.em.fork().findOne(Content, own.content.id)).toBeNull();

    await inScope(orm, scope, (em) => em.restore(Content, own.content.id));
    expect(await orm.em.fork().findOne(Content, own.content.id)).not.toBeNull();
    await expect(
      inScope(orm, scope, async (em) => void em.purge(em.getReference(Content, own.content.id))),
    ).rejects.toBeInstanceOf(OutOfScopeError);
  });

  test('ends at once when the signal says so', async ({ orm, two: { own } }) => {
    // Kysely prints what it hears after it has given up.
    const noise = vi.spyOn(console, 'error').mockImplementation(() => {});
    const reason = new Error('client is gone');
    const controller = new AbortController();
    const sleep = inScope(orm, { org: own.organization.id }, (em) => em.execute('select pg_sleep(60)'), {
      signal: controller.signal,
    });
    const isRunning = () =>
      orm.em
        .fork()
        .execute<Row[]>(`select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`);
    await expect.poll(isRunning, { timeout: 10_000 }).toHaveLength(1);
    controller.abort(reason);

    // Long before the statement would end by itself.
    await expect(sleep).rejects.toThrow('client is gone');
    await vi.waitFor(() => expect(noise).toHaveBeenCalledOnce());
    noise.mockRestore();
  });

  test('needs a connection: over HTTP it says what to use', async ({ orms: { http }, two: { own } }) => {
    const scoped = inScope(http, { org: own.organization.id }, () => {});

    await expect(scoped).rejects.toBeInstanceOf(TransactionNotSupportedError);
    await expect(scoped).rejects.toThrow('executor.scope(…)');
  });

  test('sees users and media items as its kind does', async ({ orm, two: { own } }) => {
    const { creator, organization, mediaItem } = own;
    const seenBy = (scope: Scope) =>
      inScope(orm, scope, async (em) => ({
        users: (await em.find(User, {})).map(({ id }) => id),
        media: (await em.find(MediaItem, {})).map(({ id }) => id),
        content: await em.count(Content),
        access: await em.count(ContentAccess),
        memberships: await em.count(OrganizationMembership),
      }));
    const nothing = { users: [], media: [], content: 0, access: 0, memberships: 0 };
    const all = { ...nothing, users: [creator.id], media: [mediaItem.id], content: 1 };

    expect(await seenBy({ org: organization.id })).toEqual(all);
    expect(await seenBy({ creator: creator.id })).toEqual(all);
    expect(await seenBy({ creator: creator.id, org: organization.id })).toEqual(all);
    expect(await seenBy({ user: creator.id })).toEqual({ ...nothing, users: [creator.id] });
    expect(await seenBy({ user: 'stranger' })).toEqual(nothing);
    expect(await seenBy({ creator: creator.id, org: crypto.randomUUID() })).toEqual(nothing);
  });
});
