import { describe, expect, expectTypeOf, type TestAPI } from 'vitest';
import { Content, type EntityManager, inScope, OutOfScopeError, ScopeRefusedError, User } from '../../src/index.js';
import { Queries } from '../../src/testing/fixtures/queries.js';
import { type DatabaseTestFixtures, sentinelIds, type TestFixtures, test } from '../../src/testing/index.js';

const instant = new Date('2030-05-06T07:08:09Z');

describe('the fixture factories', () => {
  const keys: string[] = [];

  test.for([1, 2])('makes the same rows in each test (%i)', async (_, { em, factories }) => {
    const content = factories.content({ status: 'published' });
    await em.flush();
    keys.push(`${content.id} ${content.title} ${content.createdAt.toISOString()}`);

    expect(await em.fork().count(Content, { id: content.id })).toBe(1);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('the fixture scope', () => {
  test('works as a tenant, in savepoints of the test', async ({ em, factories, scope }) => {
    const organization = factories.organization();
    const creator = factories.user();
    factories.content({ organization, creator, title: 'Mine' });
    await em.flush();
    const titles = async (read: EntityManager) => (await read.find(Content, {})).map(({ title }) => title).sort();

    expect(await scope.asOrg(organization, titles)).toEqual(['Mine']);
    expect(await scope.asOrg(organization.id, titles, { readOnly: true })).toEqual(['Mine']);
    expect(await scope.asCreator(creator, titles)).toEqual(['Mine']);
    expect(await scope.asCreator(sentinelIds.creator, titles, { org: organization })).toEqual([]);
    expect(await scope.asOrg(sentinelIds.organization, titles)).toEqual(['Sentinel draft', 'Sentinel film']);
    expect(await scope.asUser(creator, (own) => own.count(User, {}))).toBeGreaterThan(0);
    expect(await titles(em.fork())).toEqual(['Mine', 'Sentinel draft', 'Sentinel film']);
  });

  test('rolls back what fails, nested or not, and leaves the scope', async ({ em, orm, factories, scope }) => {
    const organization = factories.organization();
    const creator = factories.user();
    const content = factories.content({ organization, creator, title: 'Mine' });
    await em.flush();
    const rename = (title: string) => (own: EntityManager) => own.nativeUpdate(Content, { id: content.id }, { title });

    await scope.asOrg(organization, async (own) => {
      await rename('Outer')(own);
      const inner = inScope(orm, { org: organization.id, creator: creator.id }, async (narrow) => {
        await rename('Inner')(narrow);
        throw new Error('on purpose');
      });
      await expect(inner).rejects.toThrow('on purpose');
    });
    await expect(scope.asOrg(organization, (own) => own.execute('reset role'))).rejects.toThrow(ScopeRefusedError);
    const foreign = scope.asOrg(organization, async (own) => {
      await rename('Lost')(own);
      own.getReference(Content, sentinelIds.content).title = 'Stolen';
    });
    await expect(foreign).rejects.toThrow(OutOfScopeError);

    expect(await em.fork().findOneOrFail(Content, content.id)).toMatchObject({ title: 'Outer' });
    expect(await em.execute('select current_user = session_user as free')).toEqual([{ free: true }]);
  });

  test('refuses to write in a scope that only reads, and writes in the next', async ({ em, factories, scope }) => {
    const organization = factories.organization();
    const content = factories.content({ organization });
    await em.flush();
    const rename = (own: EntityManager) => own.nativeUpdate(Content, { id: content.id }, { title: 'New' });

    await expect(scope.asOrg(organization, rename, { readOnly: true })).rejects.toThrow();
    expect(await scope.asOrg(organization, rename)).toBe(1);
  });
});

describe('the fixture clock', () => {
  test('tells the time that the test sets, and lets timers go on', async ({ clock, em }) => {
    clock.set(instant);
    expect(new Date()).toEqual(instant);
    clock.advance(1000);
    expect(Date.now()).toBe(instant.getTime() + 1000);
    expect(clock.now).toEqual(new Date(instant.getTime() + 1000));

    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await em.execute('select 1 as one')).toEqual([{ one: 1 }]);
    expect(() => clock.set('tomorrow')).toThrow(RangeError);
  });

  test('is right again in the next test', () => {
    expect(Math.abs(Date.now() - (performance.timeOrigin + performance.now()))).toBeLessThan(3_600_000);
  });
});

describe('the fixture queries', () => {
  const both: [string, TestAPI<TestFixtures>][] = [
    ['rolled back', test],
    ['with a database of its own', test.database as unknown as TestAPI<TestFixtures>],
  ];

  for (const [kind, either] of both) {
    either(`counts statements, and not transactions, in a test that is ${kind}`, async ({ em, scope, queries }) => {
      em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
      await em.flush();
      expect(queries.statements).toEqual([expect.stringMatching(/^insert into "users"/)]);

      await scope.asUser('ada', (own) => own.count(User, {}));
      expect(queries.count).toBe(2);
      const block = await queries.during(() => em.fork().find(User, {}));
      expect(block).toBeAtMost(1);
      expect(block.count).toBe(1);
      expect(queries.count).toBe(3);

      queries.reset();
      expect(queries).toBeAtMost(0);
    });
  }

  test('hears nothing any more once its test is over', async ({ orm }) => {
    const queries = Queries.of(orm);
    queries.stop();
    await orm.em.fork().count(User);

    expect(queries.count).toBe(0);
  });

  test('lists them when there are too many', async ({ em, queries }) => {
    await em.fork().count(User);
    await em.fork().execute('select 1 as one');

    expect(() => expect(queries).toBeAtMost(1)).toThrow(
      /Expected at most 1 statements, and 2 were sent:\n {2}1\. select count\(.*\n {2}2\. select 1 as one/,
    );
    expect(() => expect(queries).not.toBeAtMost(2)).toThrow(/Expected more than 2 statements/);
    expect(() => expect(3).toBeAtMost(2)).toThrow(/is for the fixture queries/);
  });
});

describe('test.database', () => {
  test.database('commits, over every transport', async ({ em, database, http, edge }) => {
    em.create(User, { id: 'ada', name: 'Ada', email: 'ada@example.org' });
    await em.flush();
    const [found] = await http.query<{ name: string }>('select current_database() as name');

    expect(found).toEqual({ name: database.name });
    expect(await edge.selectFrom('users').select('name').where('id', '=', 'ada').execute()).toEqual([{ name: 'Ada' }]);
  });

  test.database('gives each test another database, with several connections', async ({ em, orm, database }) => {
    expect(await em.count(User, { id: 'ada' })).toBe(0);
    await orm.em.fork().transactional(() => orm.em.fork().insert(User, { id: 'eve', name: 'Eve', email: 'e@b.c' }));

    expect(database.name).toMatch(/^codex_test_/);
  });

  test('is named where its fixtures are asked for in vain', () => {
    expectTypeOf<TestFixtures>().not.toHaveProperty('http');
    expectTypeOf<DatabaseTestFixtures>().toHaveProperty('http');
  });

  /** For its types only. */
  const _asked = () =>
    // @ts-expect-error -- nothing is committed in this kind
    test('asks for http', ({ http }) => http);
});
