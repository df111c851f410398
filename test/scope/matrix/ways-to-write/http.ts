import { sql } from 'kysely';
import type { HttpInside } from '../doors.js';
import type { Subject } from '../subjects.js';
import { edgeTable } from '../ways-to-read/http.js';
import { changeOf, columnsOf, type DataWay, type NewRow, type RowWay } from './way.js';

const camel = (column: string): string => column.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const numbered = ({ columns }: NewRow): string =>
  Object.keys(columns)
    .map((_, index) => `$${index + 1}`)
    .join(', ');
const camelSet = (subject: Subject) => ({ [camel(changeOf(subject).column)]: changeOf(subject).value });
const camelRow = ({ columns }: NewRow) =>
  Object.fromEntries(Object.entries(columns).map(([column, value]) => [camel(column), value]));

/** Updates and deletions over HTTP. */
export const rowsOverHttp: RowWay<HttpInside>[] = [
  {
    name: 'executor.query: update',
    covers: ['HttpExecutor.query'],
    does: 'update',
    hidesDeleted: false,
    run: async ({ executor }, subject, key) => {
      const { column, value } = changeOf(subject);
      const text = `update "${subject.table}" set "${column}" = $1 where id = $2 returning id`;
      return (await executor.query(text, [value, key])).length;
    },
  },
  {
    name: 'executor.batch: update',
    covers: ['HttpExecutor.batch'],
    does: 'update',
    hidesDeleted: false,
    run: async ({ executor }, subject, key) => {
      const { column, value } = changeOf(subject);
      const text = `update "${subject.table}" set "${column}" = $1 where id = $2`;
      const [, result] = await executor.batch(['select 1', { text, parameters: [value, key] }]);
      return result.rowCount;
    },
  },
  {
    name: 'executor.execute: delete',
    covers: ['HttpExecutor.execute'],
    does: 'delete',
    hidesDeleted: false,
    run: async ({ executor }, { table }, key) =>
      (await executor.execute({ text: `delete from "${table}" where id = $1`, parameters: [key] })).rowCount,
  },
  {
    name: 'edge: updateTable',
    covers: ['EdgeDatabase.updateTable'],
    does: 'update',
    hidesDeleted: true,
    run: async ({ db }, subject, key) =>
      Number(
        (await db.updateTable(edgeTable(subject)).set(camelSet(subject)).where('id', '=', key).executeTakeFirst())
          .numUpdatedRows,
      ),
  },
  {
    name: 'edge: mergeInto',
    covers: ['EdgeDatabase.mergeInto'],
    does: 'update',
    // It cannot leave the deleted rows alone, and has to be told so.
    hidesDeleted: false,
    run: async ({ db }, subject, key) => {
      const table = edgeTable(subject);
      const wanted = sql<{ key: string }>`(select ${key}::text as key)`.as('wanted');
      const all = db.withDeleted() as HttpInside['db'];
      const result = await all
        .mergeInto(table)
        .using(wanted, (on: any) => on.on(sql`${sql.ref(`${table}.id`)}::text`, '=', sql.ref('wanted.key')))
        .whenMatched()
        .thenUpdateSet(camelSet(subject))
        .executeTakeFirst();
      return Number(result.numChangedRows);
    },
  },
  {
    name: 'edge: deleteFrom',
    covers: ['EdgeDatabase.deleteFrom'],
    does: 'delete',
    hidesDeleted: true,
    run: async ({ db }, subject, key) =>
      Number((await db.deleteFrom(edgeTable(subject)).where('id', '=', key).executeTakeFirst()).numDeletedRows),
  },
];

/** Insertions over HTTP. */
export const dataOverHttp: DataWay<HttpInside>[] = [
  {
    name: 'executor.query: insert',
    covers: ['HttpExecutor.query'],
    does: 'insert',
    run: async ({ executor }, { table }, data) =>
      void (await executor.query(
        `insert into "${table}" (${columnsOf(data)}) values (${numbered(data)})`,
        Object.values(data.columns),
      )),
  },
  {
    name: 'edge: insertInto',
    covers: ['EdgeDatabase.insertInto'],
    does: 'insert',
    run: async ({ db }, subject, data) =>
      void (await db.insertInto(edgeTable(subject)).values(camelRow(data)).execute()),
  },
  {
    name: 'edge: on conflict do update',
    covers: ['EdgeDatabase.insertInto'],
    does: 'upsert',
    run: async ({ db }, subject, data) =>
      void (await db
        .withDeleted()
        .insertInto(edgeTable(subject) as 'content')
        .values(camelRow(data) as never)
        .onConflict((on) => on.column('id').doUpdateSet(camelRow(data) as never))
        .execute()),
  },
];
