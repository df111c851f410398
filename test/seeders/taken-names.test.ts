import { describe, expect } from 'vitest';
import { Content, type EntityManager, Organization, User } from '../../src/index.js';
import { DatabaseSeeder } from '../../src/seeders/DatabaseSeeder.js';
import { demo } from '../../src/seeders/demo.js';
import { test } from '../../src/testing/index.js';
import { findInconsistentRows } from './support/stored-rows.js';

const count = (em: EntityManager, sql: string) =>
  em.execute<[{ count: number }]>(`select count(*)::int ${sql}`).then(([row]) => row.count);

describe('DatabaseSeeder where names are taken', () => {
  test("leaves a developer's rows alone, and out what they stand in the way of", async ({ orm, em }) => {
    const developer = em.create(User, { id: 'me', name: 'Me', email: 'tomas@open-films.example' });
    em.create(Organization, { name: 'My films', slug: 'lantern-audio' });
    em.create(Content, { creator: developer, title: 'My knots', slug: 'the-bowline', contentType: 'written' });
    await em.flush();
    await orm.seeder.seed(DatabaseSeeder);

    expect(await em.fork().findOne(User, { id: 'demo-tomas' })).toBeNull();
    expect(await em.fork().find(User, { email: developer.email })).toMatchObject([{ id: 'me', name: 'Me' }]);
    expect(await em.fork().find(Organization, { slug: 'lantern-audio' })).toMatchObject([{ name: 'My films' }]);
    expect(await count(em, `from content where slug = 'the-bowline'`)).toBe(2);
    expect(await count(em, `from content where slug like 'caminandes-%' or category = 'Audio books'`)).toBe(0);
    expect(await count(em, `from content where organization_id = '${demo.organizationId}'`)).toBeGreaterThan(8);
    expect(await findInconsistentRows(em)).toEqual([]);
  });
});
