import type { EntityClass } from '@mikro-orm/core';
import { describe, expect } from 'vitest';
import { createEdgeDatabase, createHttpExecutor } from '../../src/edge/index.js';
import { inScope, type Orm, type Scope, type ScopedEntityManager } from '../../src/index.js';
import { createCrowd, crowdUuid } from '../support/crowd.js';
import { test as base } from '../support/database-per-file.js';
import { type ExplainRow, explain, type Reading, readPlan } from './plans/plan.js';
import { creator, type Kind, organization, questions, scopes, visible } from './plans/reads.js';

/** An ORM on a million contents of a thousand organizations, and 50 000 rows or more in the other tables. */
const test = base.extend('crowd', { scope: 'file' }, async ({ orm }): Promise<Orm> => {
  await createCrowd(orm, { organizations: 1000, contents: 1_000_000 });
  return orm;
});

/** How many rows of a table a scope may look at: it has a thousand contents at most, and the table has a million. */
const mostRows = 3000;

/** How each statement that `ask` sends in the scope goes through the tables. */
async function readingsOf(
  orm: Orm,
  scope: Scope,
  ask: (em: ScopedEntityManager) => Promise<unknown>,
): Promise<Reading[]> {
  const sent: [sql: string, parameters: readonly unknown[]][] = [];

  return inScope(orm, scope, async (em) => {
    orm.config.set('onQuery', (sql, parameters) => {
      sent.push([sql, parameters]);
      return sql;
    });

    try {
      await ask(em);
    } finally {
      orm.config.set('onQuery', (sql) => sql);
    }

    const readings = [];

    for (const [sql, parameters] of sent) {
      readings.push(readPlan(await em.execute<ExplainRow[]>(explain(sql), [...parameters])));
    }

    return readings;
  });
}

function expectOwnRowsOnly(readings: Reading[], label?: string): void {
  expect(readings.length, label).toBeGreaterThan(0);

  for (const reading of readings) {
    expect(reading.sequential, label).toEqual([]);
    expect(reading.rows, label).toBeLessThan(mostRows);
  }
}

const tablesOf = (kind: Kind) => Object.entries<EntityClass<object>>(visible[kind]);

describe('a million contents of a thousand organizations', { timeout: 600_000 }, () => {
  test.for(Object.keys(scopes) as Kind[])('are not read by MikroORM in { %s }', async (kind, { crowd }) => {
    for (const [table, entity] of tablesOf(kind)) {
      const lists = await readingsOf(crowd, scopes[kind], async (em) => [
        await em.find(entity, {}, { filters: { notDeleted: false } }),
        await em.count(entity),
      ]);
      const byKey = await readingsOf(crowd, scopes[kind], (em) =>
        em.findOne(entity, { id: table === 'users' ? creator : crowdUuid(42) } as object),
      );

      expectOwnRowsOnly([...lists, ...byKey], table);
    }
  });

  test.for(questions)('are not read for %s in { %s }', async ([, kind, ask], { crowd }) => {
    expectOwnRowsOnly(await readingsOf(crowd, scopes[kind], ask));
  });

  test.for(Object.keys(scopes) as Kind[])('are not read by SQL without a where in { %s }', async (kind, { crowd }) => {
    // What an organization sees of users and media items is asked of its content, row by row: see below.
    const tables = tablesOf(kind).filter(([table]) => kind !== 'org' || !['users', 'media_items'].includes(table));

    for (const [table, entity] of tables) {
      const readings = await readingsOf(crowd, scopes[kind], async (em) => [
        await em.execute(`select * from ${table}`),
        await em.execute(`select count(*) from ${table}`),
        await em.execute(`select * from ${table} order by created_at desc limit 20`),
        await em.createQueryBuilder(entity).select('*').limit(20).execute(),
      ]);

      expectOwnRowsOnly(readings, table);
    }
  });

  test('are not read by SQL that joins users and media items to content', async ({ crowd }) => {
    const readings = await readingsOf(crowd, scopes.org, async (em) => [
      await em.execute(
        `select c.title, u.name, m.r2_key from content c join users u on u.id = c.creator_id
         left join media_items m on m.id = c.media_item_id where c.deleted_at is null
         order by c.published_at desc, c.id limit 50`,
      ),
      await em.execute(`select * from media_items where id = '${crowdUuid(21)}'`),
      await em.execute(`select * from users where id in ('${creator}', 'user-43')`),
    ]);

    expectOwnRowsOnly(readings);
  });

  test.for(['users', 'media_items'])(
    'are asked once for an organization’s %s, listed without a where',
    async (table, { crowd }) => {
      // The policy asks row by row, which is quick for the rows of a join. An array of all the organization's keys would
      // find an index here, and cost each join the making of the array.
      const [reading] = await readingsOf(crowd, scopes.org, (em) => em.execute(`select * from ${table}`));

      expect(reading?.sequential).toEqual([table]);
      expect(reading?.indexes).not.toEqual([]);
      expect(reading?.rows).toBeLessThanOrEqual(100_000);
    },
  );

  test.for([
    ['published by an organization', 'org', 'published_at', 'content_organization_newest_index'],
    ['made by a creator', 'creator', 'created_at', 'content_creator_newest_index'],
  ] as const)('give what was %s newest first, without more', async ([, kind, instant, index], { crowd }) => {
    const column = kind === 'org' ? `organization_id = '${organization}'` : `creator_id = '${creator}'`;
    const order = `deleted_at is null order by ${instant} desc, id limit 20`;
    const readings = await readingsOf(crowd, scopes[kind], async (em) => [
      await em.execute(`select * from content where ${column} and ${order}`),
      await em.execute(`select * from content where ${order}`),
    ]);

    for (const reading of readings) {
      expect(reading).toEqual({ sequential: [], indexes: [index], rows: 20, isSorted: false });
    }
  });

  test.for(['content', 'purchases', 'contentAccess', 'organizationMemberships', 'organizations'] as const)(
    'are not read for %s over HTTP',
    async (table, { crowd, neon }) => {
      expect(crowd).toBeDefined();
      const executor = createHttpExecutor(neon).scope(scopes.org);
      const db = createEdgeDatabase(executor);
      const queries = [
        db.selectFrom(table).selectAll(),
        db.selectFrom(table).selectAll().where('id', '=', organization),
        db.selectFrom(table).selectAll().orderBy('createdAt', 'desc').limit(20),
      ];

      for (const query of queries) {
        const { sql, parameters } = query.compile();
        expectOwnRowsOnly([readPlan(await executor.query<ExplainRow>(explain(sql), parameters))]);
      }
    },
  );
});
