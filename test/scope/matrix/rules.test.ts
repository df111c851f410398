import type { EntityName } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MikroORM } from '@mikro-orm/sql';
import { afterEach, describe, expect } from 'vitest';
import { entities, inScope, type Orm, type Scope } from '../../../src/index.js';
import { ormOptions } from '../../../src/orm/options.js';
import { visibilityOf } from '../../../src/scope/visibility.js';
import { test } from '../../support/database-per-file.js';
import { isSeen, rules } from './expectation.js';
import { everyKind, scopes } from './scopes.js';
import { subjectsOf } from './subjects.js';

/** Says nothing about its scope. */
@Entity({ tableName: 'forgotten' })
class Forgotten {
  declare [EntityName]?: 'Forgotten';

  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'text' })
  creator!: string;
}

/** Entities that say nothing about their scope. */
const silentEntities = (orm: Orm): string[] =>
  subjectsOf(orm)
    .filter(({ meta }) => !visibilityOf(meta.class))
    .map(({ name }) => name);

test('every entity says what each scope sees of it, and the matrix knows what that must be', ({ orm }) => {
  expect(silentEntities(orm)).toEqual([]);
  expect(Object.keys(rules).sort()).toEqual(
    subjectsOf(orm)
      .map(({ table }) => table)
      .sort(),
  );
});

test('every entity has rows that a scope sees and rows that it does not, unless no scope sees any', ({ orm }) => {
  for (const { table, rows: all } of subjectsOf(orm)) {
    const isPartlySeen = (scope: Scope) => new Set(all.map((row) => isSeen(scope, row))).size === 2;
    const hasSights = Object.keys(rules[table]!.sights).length > 0;

    expect(all.length, table).toBeGreaterThan(1);
    expect(Object.values(scopes).some(isPartlySeen), table).toBe(hasSights);
  }
});

describe('an entity that says nothing about its scope', () => {
  let forgetful: Orm | undefined;

  afterEach(async () => {
    await forgetful?.close();
  });

  test('is noticed, and is invisible to every scope', async ({ orm, database }) => {
    const options = ormOptions({ method: 'LOCAL_PROXY', url: database.url });
    forgetful = new MikroORM({ ...options, entities: [...entities, Forgotten] } as never) as unknown as Orm;
    expect(silentEntities(forgetful)).toEqual(['Forgotten']);

    await orm.em.fork().execute('create table forgotten (id text primary key, creator text)');
    await orm.em.fork().execute(`insert into forgotten values ('x', 'creator-a')`);

    for (const scope of Object.values(scopes)) {
      const asked = inScope(forgetful, scope, (em) => em.find(Forgotten, {}));
      await expect(asked).rejects.toMatchObject({ code: 'OUT_OF_SCOPE' });
    }

    await orm.em.fork().execute(`grant all on forgotten to ${everyKind}`);

    for (const scope of Object.values(scopes)) {
      expect(await inScope(forgetful, scope, (em) => em.find(Forgotten, {}))).toEqual([]);
      expect(await inScope(forgetful, scope, (em) => em.nativeUpdate(Forgotten, {}, { creator: 'x' }))).toBe(0);
    }
  });
});
