import { Migration } from '@mikro-orm/migrations';
import { describe, expect, expectTypeOf } from 'vitest';
import { createTest, expectNoDrift, expectNoNPlusOne, expectReversible } from '../../src/testing/index.js';
import { Book, createShelfOrm, Shelf } from './support/shelf.js';

const test = createTest({
  createOrm: createShelfOrm(),
  sentinels: (em) => {
    em.create(Shelf, { id: 1000, label: 'Somebody else’s' });
  },
});

describe('createTest', () => {
  test.for([1, 2])('rolls back what a package does with its own entity (%i)', async (_, { em }) => {
    em.create(Shelf, { id: 1, label: 'Poetry' });
    await em.flush();

    expect((await em.fork().find(Shelf, {}, { orderBy: { id: 1 } })).map(({ label }) => label)).toEqual([
      'Poetry',
      'Somebody else’s',
    ]);
  });

  test('maps the transactions of MikroORM’s own driver', async ({ em }) => {
    await expect(
      em.transactional(async (inner) => {
        inner.create(Shelf, { id: 1, label: 'Poetry' });
        await inner.flush();
        throw new Error('on purpose');
      }),
    ).rejects.toThrow('on purpose');
    await em.transactional((inner) => inner.insert(Shelf, { id: 2, label: 'Prose' }));

    expect(await em.fork().count(Shelf)).toBe(2);
  });

  test.database('gives it databases of their own', async ({ em, http }) => {
    em.create(Shelf, { id: 1, label: 'Poetry' });
    await em.flush();

    expect(await http.query('select label from shelf where id = 1')).toEqual([{ label: 'Poetry' }]);
  });

  test('has its types', ({ orm }) => {
    expectTypeOf(orm).toEqualTypeOf<ReturnType<ReturnType<typeof createShelfOrm>>>();
  });

  test('has migrations that make what its entities say, and can be undone', async ({ orm }) => {
    await expectNoDrift(orm);
    await expectReversible(orm);
  });

  test('reads its relations at once', async ({ em }) => {
    em.create(Book, { id: 1, title: 'Iliad', shelf: em.create(Shelf, { id: 1, label: 'Poetry' }) });
    await em.flush();

    await expectNoNPlusOne(() => em.fork().find(Book, {}, { populate: ['shelf'] }));
  });
});

class DeferShelf extends Migration {
  override up(): void {
    this.addSql('alter table "book" alter constraint "book_shelf_id_foreign" deferrable initially deferred');
  }
}

const deferring = createTest({ createOrm: createShelfOrm({ name: 'Migration2_defer_shelf', class: DeferShelf }) });

deferring('a deferred constraint is deferred again after each commit', async ({ em }) => {
  for (const id of [1, 2]) {
    await em.fork().transactional(async (inner) => {
      await inner.insert(Book, { id, title: 'Iliad', shelf: id });
      await inner.insert(Shelf, { id, label: 'Poetry' });
    });
  }

  expect(await em.fork().count(Book)).toBe(2);
});

deferring('a stream is read to its end where constraints are deferred', async ({ em }) => {
  const labels: string[] = [];

  for await (const { label } of em.fork().stream(Shelf, { orderBy: { id: 1 } })) {
    labels.push(label);
  }

  await em.insert(Shelf, { id: 1, label: 'Poetry' });
  await expect(em.insert(Book, { id: 1, title: 'Iliad', shelf: 2 })).rejects.toThrow(/book_shelf_id_foreign/);
  expect(labels).toEqual([]);
});

describe('the sentinels of a package', () => {
  test('stand beside those of this one', { fails: true }, async ({ em }) => {
    await em.nativeUpdate(Shelf, { id: 1000 }, { label: 'Mine' });
  });
});
