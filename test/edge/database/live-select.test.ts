import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { describe, expect } from 'vitest';
import type { EdgeDatabase } from '../../../src/edge/database/index.js';
import { test } from './support/films-test.js';

/** Queries that would each find a deleted row, and what they find instead. */
const queries: Record<string, [query: (db: EdgeDatabase) => { execute(): Promise<unknown[]> }, rows: unknown[]]> = {
  'the table itself': [(db) => db.selectFrom('content').select('title'), [{ title: 'live' }]],
  'an alias': [(db) => db.selectFrom('content as c').select('c.title'), [{ title: 'live' }]],
  'a table named at run time': [
    (db) => db.selectFrom(db.dynamic.table('content').as('c')).select('c.title'),
    [{ title: 'live' }],
  ],
  'a table with its schema': [
    (db) => db.withSchema('public').selectFrom('content').select('content.title'),
    [{ title: 'live' }],
  ],
  'two tables with their schema': [
    (db) =>
      db
        .withSchema('public')
        .selectFrom('organizations')
        .rightJoin('content', 'content.organizationId', 'organizations.id')
        .select(['content.title', 'organizations.name']),
    [{ title: 'live', name: null }],
  ],
  'several tables': [
    (db) => db.selectFrom(['content as a', 'organizations as b']).select(['a.title', 'b.name']),
    [{ title: 'live', name: 'Live' }],
  ],
  'an inner join': [
    (db) =>
      db.selectFrom('content').innerJoin('organizations', 'organizations.id', 'content.organizationId').select('title'),
    [],
  ],
  'a left join': [
    (db) =>
      db
        .selectFrom('content')
        .leftJoin('organizations as o', 'o.id', 'content.organizationId')
        .select(['title', 'o.name']),
    [{ title: 'live', name: null }],
  ],
  'a left join with an or': [
    (db) =>
      db
        .selectFrom('users')
        .leftJoin('content', (join) => join.on(sql<boolean>`content.creator_id = users.id or true`))
        .select('content.title'),
    [{ title: 'live' }],
  ],
  'a right join': [
    (db) =>
      db
        .selectFrom('content')
        .rightJoin('organizations as o', 'o.id', 'content.organizationId')
        .select(['title', 'o.name']),
    [{ title: null, name: 'Live' }],
  ],
  'a full join': [
    (db) =>
      db
        .selectFrom('content')
        .fullJoin('organizations as o', 'o.id', 'content.organizationId')
        .select(['title', 'o.name'])
        .orderBy('title'),
    [
      { title: 'live', name: null },
      { title: null, name: 'Live' },
    ],
  ],
  'a cross join': [(db) => db.selectFrom('users').crossJoin('content').select('content.title'), [{ title: 'live' }]],
  'a lateral join': [
    (db) =>
      db
        .selectFrom('users')
        .leftJoinLateral(
          (eb) => eb.selectFrom('content').select('title').whereRef('creatorId', '=', 'users.id').as('films'),
          (join) => join.onTrue(),
        )
        .select('films.title'),
    [{ title: 'live' }],
  ],
  'a self-join': [
    (db) => db.selectFrom('content as a').innerJoin('content as b', 'a.creatorId', 'b.creatorId').select('b.title'),
    [{ title: 'live' }],
  ],
  'a condition with an or': [
    (db) => db.selectFrom('content').select('title').where(sql<boolean>`title = 'live' or title = 'deleted'`),
    [{ title: 'live' }],
  ],
  'a subselect in from': [
    (db) => db.selectFrom((eb) => eb.selectFrom('content').selectAll().as('films')).select('films.title'),
    [{ title: 'live' }],
  ],
  'a subselect among the columns': [
    (db) =>
      db.selectFrom('users').select(({ selectFrom }) => [
        selectFrom('content')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('films'),
      ]),
    [{ films: 1 }],
  ],
  'rows gathered as JSON': [
    (db) => db.selectFrom('users').select((eb) => jsonArrayFrom(eb.selectFrom('content').select('title')).as('films')),
    [{ films: [{ title: 'live' }] }],
  ],
  'a whole row': [
    (db) =>
      db
        .selectFrom('content')
        .rightJoin('users', 'users.id', 'content.creatorId')
        .select(({ fn }) => fn.toJson('content').as('film'))
        .$castTo<{ film: { title: string } }>(),
    [{ film: expect.objectContaining({ title: 'live' }) }],
  ],
  exists: [
    (db) =>
      db
        .selectFrom('users')
        .select('id')
        .where(({ exists, selectFrom }) => exists(selectFrom('content').select('id').where('title', '=', 'deleted'))),
    [],
  ],
  'a subselect inside raw SQL': [
    (db) =>
      db.selectNoFrom(({ selectFrom }) =>
        sql<number>`(${selectFrom('content').select(({ fn }) => fn.countAll().as('n'))})`.as('n'),
      ),
    [{ n: 1 }],
  ],
  'a CTE': [
    (db) =>
      db
        .with('films', (cte) => cte.selectFrom('content').select('title'))
        .selectFrom('films')
        .selectAll(),
    [{ title: 'live' }],
  ],
  'a union': [
    (db) =>
      db
        .selectFrom('content')
        .select('title as name')
        .unionAll(db.selectFrom('organizations').select('name'))
        .orderBy('name', 'desc'),
    [{ name: 'live' }, { name: 'Live' }],
  ],
  'order by and having': [
    (db) =>
      db
        .selectFrom('users')
        .select('users.id')
        .groupBy('users.id')
        .having(({ selectFrom }) => selectFrom('content').select(({ fn }) => fn.countAll<number>().as('n')), '>', 1)
        .orderBy(({ selectFrom }) => selectFrom('content').select(({ fn }) => fn.countAll<number>().as('n'))),
    [],
  ],
};

describe('a select through the edge database', () => {
  test.for(Object.entries(queries))('sees no deleted row in %s', async ([, [query, rows]], { films }) => {
    expect(await query(films).execute()).toEqual(rows);
    expect(await query(films.withDeleted()).execute()).not.toEqual(rows);
  });
});
