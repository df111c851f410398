import { wrap } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { describe, expect } from 'vitest';
import { Content, User } from '../../src/index.js';
import {
  createTest,
  expectNoDrift,
  expectNoNPlusOne,
  expectReversible,
  refreshSchema,
  test,
} from '../../src/testing/index.js';
import { createShelfOrm } from './support/shelf.js';

class Forgets extends Migration {
  override up(): void {
    this.addSql('alter table "shelf" add column "width" int');
    this.addSql('create index "shelf_width" on "shelf" ("width")');
  }

  override down(): void {
    this.addSql('drop index "shelf_width"');
  }
}

class CannotBeUndone extends Migration {
  override up(): void {
    this.addSql('alter table "shelf" add column "width" int');
  }
}

const forgetful = createTest({ createOrm: createShelfOrm({ name: 'Migration2_forgets', class: Forgets }) });
const final = createTest({ createOrm: createShelfOrm({ name: 'Migration2_final', class: CannotBeUndone }) });

describe('refreshSchema', () => {
  test.database('makes the schema anew, without the sentinels', async ({ orm, em }) => {
    await em.execute('alter table users add column nickname text');
    await refreshSchema(orm);

    expect(await orm.em.fork().count(User)).toBe(0);
    await expectNoDrift(orm);
  });
});

describe('expectNoDrift', () => {
  test('is content with this package', ({ orm }) => expectNoDrift(orm));

  test('shows the SQL that is missing', async ({ orm, em }) => {
    await em.execute('alter table users add column nickname text; drop index content_status_index');

    await expect(expectNoDrift(orm)).rejects.toThrow(
      /create index "content_status_index"[\s\S]*nickname|nickname[\s\S]*create index/,
    );
  });
});

describe('expectReversible', () => {
  test('is content with this package', { timeout: 120_000 }, ({ orm }) => expectReversible(orm));

  forgetful('names what a migration leaves behind', async ({ orm }) => {
    await expect(expectReversible(orm)).rejects.toThrow(
      /Migration2_forgets does not undo all that it does[\s\S]*left over: column shelf\.width/,
    );
  });

  final('names a migration that has no way back', async ({ orm }) => {
    await expect(expectReversible(orm)).rejects.toThrow(/Migration2_final (cannot be undone|does not undo)/);
  });
});

describe('expectNoNPlusOne', () => {
  test('tells a query for each row from one for all', async ({ em, factories }) => {
    for (let count = 0; count < 4; count++) {
      factories.content({ status: 'published' });
    }

    await em.flush();
    const oneByOne = async () => {
      for (const { creator } of await em.fork().find(Content, {})) {
        await wrap(creator).init();
      }
    };

    await expect(expectNoNPlusOne(oneByOne)).rejects.toThrow(
      /sent more than 2 times[\s\S]*6 times: select .* from "users"[\s\S]*Populate the relation/,
    );
    await expectNoNPlusOne(oneByOne, { atMost: 10 });
    await expectNoNPlusOne(() => em.fork().find(Content, {}, { populate: ['creator'] }));
    await expectNoNPlusOne(() => em.fork().find(Content, {}, { populate: ['creator'], strategy: 'select-in' }));
  });

  test('compares work of two sizes', async ({ em }) => {
    const readAll = (size: number) =>
      em.fork().find(User, { id: Array.from({ length: size }, (_, index) => `${index}`) });
    const readEach = async (size: number) => {
      for (let index = 0; index < size; index++) {
        await em.fork().findOne(User, `${index}`);
      }
    };

    await expectNoNPlusOne(readAll);
    await expect(expectNoNPlusOne(readEach, { sizes: [1, 2] })).rejects.toThrow(/1 times for 1, 2 times for 2: select/);
    await expect(expectNoNPlusOne(readEach, { sizes: [0, 1] })).rejects.toThrow(/see/);
    const readMore = async (size: number) => {
      await readAll(size);
      await (size > 3 && em.fork().count(Content));
    };
    await expect(expectNoNPlusOne(readMore)).rejects.toThrow(/0 times for 3, 1 times for 6: select count/);
  });

  test('does not pass work that it cannot see', async () => {
    await expect(expectNoNPlusOne(() => {})).rejects.toThrow(/no statement that the harness could see/);
  });
});
