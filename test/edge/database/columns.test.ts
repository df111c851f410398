import { describe, expect } from 'vitest';
import { jsonColumns, softDeletableTables, visibleColumns } from '../../../src/edge/database/columns.js';
import { SoftDeletableEntity } from '../../../src/index.js';
import { readVisibleColumns } from '../../../src/orm/secret-columns.js';
import { secrets } from '../../secrets/canary.js';
import { test } from './support/edge-test.js';
import { compile, type ExpectedColumn, readColumns, readMetadata, renderProgram } from './support/expected-types.js';

const aged: ExpectedColumn = { table: 'users', column: 'age', type: 'number', isNullable: true, hasDefault: false };

/** The columns with one of them changed. */
const change = (columns: ExpectedColumn[], column: string, changes: Partial<ExpectedColumn>): ExpectedColumn[] =>
  columns.map((each) => (`${each.table}.${each.column}` === column ? { ...each, ...changes } : each));

describe('the types of the edge database', () => {
  test('are exactly the columns of the database, and differ with each that is forgotten, too many or different', async ({
    orm,
  }) => {
    const columns = await readColumns(orm);
    const errors = await compile({
      asTheyAre: renderProgram(columns),
      forgotten: renderProgram([...columns, aged]),
      tooMany: renderProgram(columns.filter(({ column }) => column !== 'currency')),
      otherTable: renderProgram(columns.filter(({ table }) => table !== 'sessions')),
      otherName: renderProgram(change(columns, 'media_items.r2_key', { column: 'r2key' })),
      otherType: renderProgram(change(columns, 'media_items.file_size_bytes', { type: 'string' })),
      otherLiteral: renderProgram(change(columns, 'content.status', { type: `'draft' | 'published'` })),
      otherJson: renderProgram(change(columns, 'content.tags', { type: 'number[]' })),
      notNull: renderProgram(change(columns, 'sessions.user_agent', { isNullable: false })),
      notOptional: renderProgram(change(columns, 'users.email_verified', { hasDefault: false })),
    });

    expect(errors).toEqual({
      asTheyAre: [],
      forgotten: ['usersSelectable', 'usersInsertable', 'usersUpdateable'],
      tooMany: ['purchasesSelectable', 'purchasesInsertable', 'purchasesUpdateable'],
      otherTable: ['tables'],
      otherName: ['mediaItemsSelectable', 'mediaItemsInsertable', 'mediaItemsUpdateable'],
      otherType: ['mediaItemsSelectable', 'mediaItemsInsertable', 'mediaItemsUpdateable'],
      otherLiteral: ['contentSelectable', 'contentInsertable', 'contentUpdateable'],
      otherJson: ['contentSelectable', 'contentInsertable', 'contentUpdateable'],
      notNull: ['sessionsSelectable', 'sessionsInsertable', 'sessionsUpdateable'],
      notOptional: ['usersInsertable'],
    });
  });

  test('agree with the entities on every column and on what may be null', async ({ orm }) => {
    const inDatabase = (await readColumns(orm)).map(({ table, column, isNullable }) => ({ table, column, isNullable }));
    const inEntities = readMetadata(orm).map(({ table, column, isNullable }) => ({ table, column, isNullable }));
    const byName = (columns: typeof inEntities) => columns.map((each) => JSON.stringify(each)).sort();

    expect(byName(inEntities)).toEqual(byName(inDatabase));
  });
});

describe('the constants of the edge database', () => {
  test('name every table that has deleted_at', async ({ orm }) => {
    const columns = await readColumns(orm);
    const entities = [...orm.getMetadata()].filter(
      ({ class: entity }) => entity.prototype instanceof SoftDeletableEntity,
    );

    expect(softDeletableTables).toEqual(new Set(entities.map(({ tableName }) => tableName)));
    expect(softDeletableTables).toEqual(
      new Set(columns.filter(({ column }) => column === 'deleted_at').map(({ table }) => table)),
    );
  });

  test('name every column of a table that has secrets, but those', ({ orm }) => {
    expect(visibleColumns).toEqual(readVisibleColumns(orm.getMetadata()));
    const left = readMetadata(orm).filter(({ table, column }) => visibleColumns.get(table)?.includes(column) === false);
    const named = (columns: readonly { table: string; column: string }[]) =>
      columns.map(({ table, column }) => `${table}.${column}`).sort();

    expect(named(left)).toEqual(named(secrets));
  });

  test('name every column of JSON, and no other column has its name', async ({ orm }) => {
    const columns = readMetadata(orm);
    const named = (isJson: boolean) =>
      new Set(columns.filter((each) => each.isJson === isJson).map((each) => each.column));

    expect(jsonColumns).toEqual(named(true));
    expect([...jsonColumns].filter((column) => named(false).has(column))).toEqual([]);
  });
});
