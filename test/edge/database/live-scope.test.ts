import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { deletedFilm, liveFilm, test } from './support/films-test.js';

/** What shows through where a name is a CTE's: raw SQL is not rewritten. */
const allTitles = sql<{ title: string }>`(select title from public.content)`;
const both = [{ title: 'deleted' }, { title: 'live' }];

describe('a CTE that has the name of a table', () => {
  test('stands for itself in its query', async ({ films }) => {
    const query = films
      .with('content', () => allTitles)
      .selectFrom('content')
      .select('title')
      .orderBy('title');

    expect(await query.execute()).toEqual(both);
  });

  test('stands for itself in subqueries and in the CTEs after it', async ({ films }) => {
    const query = films
      .with('content', () => allTitles)
      .with('titles', (cte) => cte.selectFrom('content').select('title'))
      .selectFrom('titles')
      .select('title')
      .where(({ exists, selectFrom }) => exists(selectFrom('content').select('title').where('title', '=', 'deleted')))
      .orderBy('title');

    expect(await query.execute()).toEqual(both);
  });

  test('means the table in its own body', async ({ films }) => {
    const query = films
      .with('content', (cte) => cte.selectFrom('content').select('title'))
      .selectFrom('content')
      .select('title');

    expect(await query.execute()).toEqual([{ title: 'live' }]);
  });

  test('means itself in its own body if it is recursive', async ({ films }) => {
    const query = films
      .withRecursive('content(title)', (cte) =>
        cte
          .selectNoFrom(sql<string>`'x'`.as('title'))
          .unionAll(
            cte
              .selectFrom('content')
              .select(sql<string>`title || 'x'`.as('title'))
              .where(sql<boolean>`length(title) < 3`),
          ),
      )
      .selectFrom('content')
      .select('title');

    expect(await query.execute()).toEqual([{ title: 'x' }, { title: 'xx' }, { title: 'xxx' }]);
  });

  test('means the table outside its query', async ({ films }) => {
    const inner = films
      .with('content', () => allTitles)
      .selectFrom('content')
      .select('title');
    const query = films
      .selectFrom(inner.as('titles'))
      .innerJoin('content', 'content.title', 'titles.title')
      .select('content.title');

    expect(await query.execute()).toEqual([{ title: 'live' }]);
  });

  test('does not hide a table that is named with its schema', async ({ films }) => {
    const query = films
      .with('content', () => allTitles)
      .selectFrom(films.dynamic.table('public.content' as 'content').as('film'))
      .select('film.title');

    expect(await query.execute()).toEqual([{ title: 'live' }]);
  });

  test('is not what an update means', async ({ films }) => {
    const result = await films
      .with('content', () => allTitles)
      .updateTable('content')
      .set({ title: 'changed' } as never)
      .where(sql.ref('id'), '=', deletedFilm)
      .executeTakeFirstOrThrow();

    expect(result.numUpdatedRows).toBe(0n);
  });
});

describe('withDeleted', () => {
  test('must be asked for by the whole statement and by its parts', async ({ films }) => {
    const everything = films.withDeleted();
    const count = (outer: typeof films, inner: typeof films) =>
      outer.selectFrom(inner.selectFrom('content').select('title').as('titles')).select('title').execute();

    expect(await count(everything, everything)).toHaveLength(2);
    expect(await count(everything, films)).toHaveLength(1);
    expect(await count(films, everything)).toHaveLength(1);
  });
});

describe('a table whose deleted rows are hidden', () => {
  test('still has a primary key that stands for the row', async ({ films }) => {
    const query = films
      .selectFrom('content')
      .leftJoin('purchases', 'purchases.contentId', 'content.id')
      .select(({ fn }) => ['content.title', fn.count<number>('purchases.id').as('purchases')])
      .groupBy('content.id');

    expect(await query.execute()).toEqual([{ title: 'live', purchases: 0 }]);
  });

  test('can be locked', async ({ films }) => {
    const query = films.selectFrom('content').select('title').forUpdate().skipLocked();
    const joined = films
      .selectFrom('users')
      .rightJoin('content', 'content.creatorId', 'users.id')
      .select('content.title')
      .forShare('content');

    expect(await query.execute()).toEqual([{ title: 'live' }]);
    expect(await joined.execute()).toEqual([{ title: 'live' }]);
  });

  test('is read by the index of live rows, joined or not', async ({ films, em }) => {
    const organizations = films.selectFrom('organizations').select('id').where('slug', '=', 'live');
    const joined = films
      .selectFrom('users')
      .rightJoin('organizations', (join) => join.onTrue())
      .select('organizations.id')
      .where('organizations.slug', '=', 'live');

    for (const query of [organizations, joined]) {
      const plan = await em.transactional(async (inner) => {
        // The tables are too small for an index to be worth it.
        await inner.execute('set local enable_seqscan to off');
        return inner.execute(`explain ${query.compile().sql.replace('$1', `'live'`)}`);
      });

      expect(JSON.stringify(plan)).toContain('organizations_slug_unique');
    }
  });

  test('keeps its live rows', async ({ films }) => {
    expect(await films.selectFrom('content').select('id').execute()).toEqual([{ id: liveFilm }]);
  });
});
