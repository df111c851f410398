import { describe, expect } from 'vitest';
import { Content, HardDeleteRefusedError, MediaItem, Organization, User } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { findRow } from '../support/rows.js';
import { publish } from '../support/world.js';

const withDeleted = { filters: { notDeleted: false } };

describe('em.purge', () => {
  test('really deletes a live row, and one that was marked before', async ({ em }) => {
    const { content, mediaItem } = await publish(em);
    em.remove(content);
    await em.flush();
    const other = em.fork();
    other.purge(await other.findOneOrFail(Content, content.id, withDeleted));
    other.purge(await other.findOneOrFail(MediaItem, mediaItem.id));
    await other.flush();

    expect(await findRow(em, 'content', content.id)).toBeUndefined();
    expect(await findRow(em, 'media_items', mediaItem.id)).toBeUndefined();
  });

  test('takes a reference, several entities or a collection', async ({ em }) => {
    const { organization, content } = await publish(em);
    const second = await publish(em);
    const [one, two, three] = [em.fork(), em.fork(), em.fork()];
    one.purge(one.getReference(Content, second.content.id, { wrapped: true }));
    await one.flush();
    two.purge([await two.findOneOrFail(MediaItem, second.mediaItem.id)]);
    await two.flush();
    three.purge((await three.findOneOrFail(Organization, organization.id, { populate: ['content'] })).content);
    await three.flush();

    expect(await findRow(em, 'content', second.content.id)).toBeUndefined();
    expect(await findRow(em, 'media_items', second.mediaItem.id)).toBeUndefined();
    expect(await findRow(em, 'content', content.id)).toBeUndefined();
  });

  test('lets the foreign keys act', async ({ em }) => {
    const { content, organization } = await publish(em);
    const other = em.fork();
    other.purge(await other.findOneOrFail(Organization, organization.id));
    await other.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({ organization_id: null, status: 'draft' });
  });

  test('is taken back by a later em.remove', async ({ em }) => {
    const { creator, organization, content } = await publish(em);
    em.purge(content);
    em.remove(content);
    em.create(Content, { creator, organization, title: 'New', slug: 'spring', contentType: 'video' });
    await em.flush();

    expect(await findRow(em, 'content', content.id)).toMatchObject({ title: 'Spring', deleted_at: expect.any(String) });
  });

  test('overrules an earlier em.remove', async ({ em }) => {
    const { content } = await publish(em);
    em.remove(content);
    em.purge(content);
    await em.flush();

    expect(await findRow(em, 'content', content.id)).toBeUndefined();
  });
});

describe('a hard delete by any other way', () => {
  test.for([
    'nativeDelete',
    'QueryBuilder.delete',
    'QueryBuilder.truncate',
    'a clone of a QueryBuilder',
    'Kysely',
    'Kysely with an alias',
    'Kysely in a common table expression',
    'Kysely in a merge',
  ])('is refused: %s', async (way, { em }) => {
    const { content } = await publish(em);
    const attempt = async () => {
      switch (way) {
        case 'nativeDelete':
          return em.nativeDelete(Content, { id: content.id });
        case 'QueryBuilder.delete':
          return em.createQueryBuilder(Content).delete({ id: content.id }).execute();
        case 'QueryBuilder.truncate':
          return em.createQueryBuilder(Content).truncate().execute();
        case 'a clone of a QueryBuilder':
          return em.createQueryBuilder(Content).clone().delete({ id: content.id }).execute();
        case 'Kysely in a common table expression':
          return em
            .getKysely()
            .with('gone', (kysely) => kysely.deleteFrom('content').where('id', '=', content.id).returning('id'))
            .selectFrom('gone')
            .selectAll()
            .execute();
        case 'Kysely in a merge':
          return em
            .getKysely()
            .mergeInto('content')
            .using('users', 'users.id', 'content.creator_id')
            .whenMatched()
            .thenDelete()
            .execute();
        case 'Kysely with an alias':
          return em.getKysely().deleteFrom('content as c').where('c.id', '=', content.id).execute();
        default:
          return em.getKysely().deleteFrom('content').where('id', '=', content.id).execute();
      }
    };
    const error = await attempt().catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(HardDeleteRefusedError);
    expect(`${error}`).toMatch(/em\.remove.*em\.purge/);
    expect(await findRow(em, 'content', content.id)).toMatchObject({ deleted_at: null });
  });

  test('is refused through a repository', async ({ em }) => {
    const repository = em.getRepository(Organization);

    await expect(repository.nativeDelete({})).rejects.toThrow(HardDeleteRefusedError);
    expect(() => repository.createQueryBuilder().delete()).toThrow(HardDeleteRefusedError);
    expect(() => repository.qb().delete()).toThrow(HardDeleteRefusedError);
  });

  test('is allowed for an entity that has no deletedAt', async ({ em }) => {
    for (const id of ['native', 'builder', 'kysely']) {
      em.create(User, { id, name: id, email: `${id}@example.org` });
    }
    await em.flush();

    expect(await em.nativeDelete(User, { id: 'native' })).toBe(1);
    await em.createQueryBuilder(User).delete({ id: 'builder' }).execute();
    await em.getKysely().deleteFrom('users').where('id', '=', 'kysely').execute();
    expect(await em.count(User, { id: ['native', 'builder', 'kysely'] })).toBe(0);
  });
});
