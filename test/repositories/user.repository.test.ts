import { describe, expect } from 'vitest';
import { isUniqueViolation, Organization, User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { createUser } from '../support/world.js';

describe('UserRepository', () => {
  test('finds a user by e-mail address', async ({ em }) => {
    const ada = await createUser(em);
    const users = em.fork().getRepository(User);

    expect(await users.findByEmail(ada.email)).toMatchObject({ id: ada.id });
    expect(await users.findByEmail('nobody@example.org')).toBeNull();
  });

  test('creates a user who is not there, and returns the one who is', async ({ em }) => {
    const users = em.getRepository(User);
    const first = await users.createOrFindByEmail({ id: 'grace', name: 'Grace', email: 'grace@example.org' });
    const second = await users.createOrFindByEmail({ id: 'other', name: 'Other', email: 'grace@example.org' });

    expect(first).toMatchObject({ isNew: true, user: { id: 'grace', name: 'Grace', emailVerified: false } });
    expect(second).toMatchObject({ isNew: false, user: { id: 'grace', name: 'Grace' } });
    expect(second.user).toBe(first.user);
  });

  test.database('lets exactly one of many callers at the same time create', async ({ orm }) => {
    const attempts = Array.from({ length: 20 }, (_, number) =>
      orm.em
        .fork()
        .getRepository(User)
        .createOrFindByEmail({ id: `racer-${number}`, name: 'Racer', email: 'racer@example.org' }),
    );
    const results = await Promise.all(attempts);

    expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(results.map(({ user }) => user.id)).size).toBe(1);
  });

  test('does not hide that the key belongs to another user', async ({ em }) => {
    const ada = await createUser(em);
    const attempt = em.getRepository(User).createOrFindByEmail({ id: ada.id, name: 'Ada', email: 'new@example.org' });

    expect(isUniqueViolation(await attempt.catch((error: unknown) => error))).toBe(true);
  });

  test('writes nothing of a request but the identity', async ({ em }) => {
    const body = { id: 'mallory', name: 'Mallory', email: 'mallory@example.org', emailVerified: true };
    const { user } = await em.getRepository(User).createOrFindByEmail(body);

    expect(user.emailVerified).toBe(false);
  });

  test('does not write what else is scheduled', async ({ em }) => {
    em.create(Organization, { name: 'Later', slug: 'later' });
    await em.getRepository(User).createOrFindByEmail({ id: 'now', name: 'Now', email: 'now@example.org' });

    expect(await em.fork().count(Organization, { slug: 'later' })).toBe(0);
  });
});
