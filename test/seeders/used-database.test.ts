import { describe, expect } from 'vitest';
import { Content, type EntityManager, MediaItem } from '../../src/index.js';
import { DatabaseSeeder } from '../../src/seeders/DatabaseSeeder.js';
import { sentinelIds, test } from '../../src/testing/index.js';
import { findInconsistentRows, readAllRows } from './support/stored-rows.js';

const count = (em: EntityManager, sql: string) =>
  em.execute<[{ count: number }]>(`select count(*)::int ${sql}`).then(([row]) => row.count);

describe('DatabaseSeeder on a database in use', () => {
  test('brings back what was removed for good, and nothing else', async ({ orm, em }) => {
    await orm.seeder.seed(DatabaseSeeder);
    const spring = await em.findOneOrFail(Content, { slug: 'spring' });
    const before = await readAllRows(em);
    await em.execute('delete from purchases where content_id = ?', [spring.id]);
    await em.execute('delete from content where id = ?', [spring.id]);
    await orm.seeder.seed(DatabaseSeeder);

    const withoutWriter = (rows: Awaited<ReturnType<typeof readAllRows>>) =>
      Object.values(rows).flatMap((table) => table.map(({ xmin, ...row }) => row));
    expect(withoutWriter(await readAllRows(em))).toEqual(withoutWriter(before));
  });

  test('undoes no change', async ({ orm, em }) => {
    await orm.seeder.seed(DatabaseSeeder);
    const [sintel, charge] = [
      await em.findOneOrFail(Content, { slug: 'sintel' }),
      await em.findOneOrFail(Content, { slug: 'charge' }),
    ];
    sintel.title = 'Sintel, my cut';
    sintel.slug = 'my-cut';
    em.remove(charge);
    await em.flush();
    const before = await readAllRows(em);
    await orm.seeder.seed(DatabaseSeeder);

    expect(await readAllRows(em)).toEqual(before);
  });

  test('keeps the rules across tables when their parents have moved', async ({ orm, em }) => {
    await orm.seeder.seed(DatabaseSeeder);
    await em.execute('delete from content_access where organization_id <> ?', [sentinelIds.organization]);
    await em.execute('delete from purchases where organization_id <> ?', [sentinelIds.organization]);
    await em.execute(`update content set organization_id = null where slug = 'hero'`);
    const { id, mediaItem } = await em.findOneOrFail(Content, { slug: 'wing-it' });
    await em.execute('delete from content where id = ?', [id]);
    await em.nativeUpdate(MediaItem, { id: mediaItem!.id }, { creator: 'demo-ines' });
    await orm.seeder.seed(DatabaseSeeder);

    expect(await em.fork().findOne(Content, id)).toBeNull();
    expect(await findInconsistentRows(em)).toEqual([]);
    expect(await count(em, 'from content_access')).toBeGreaterThan(5);
    expect(await count(em, 'from purchases')).toBeGreaterThan(5);
  });
});
