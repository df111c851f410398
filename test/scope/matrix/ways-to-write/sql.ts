import { sql } from 'kysely';
import { changeOf, type RowWay, setOf } from './way.js';

/** Updates and deletions by Kysely and by SQL. */
export const statements: RowWay[] = [
  {
    name: 'kysely.updateTable',
    covers: ['EntityManager.getKysely', 'Kysely.updateTable'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const [result] = await em
        .getKysely<any>()
        .updateTable(subject.table)
        .set(setOf(subject))
        .where('id', '=', key)
        .execute();
      return Number(result?.numUpdatedRows);
    },
  },
  {
    name: 'kysely.mergeInto',
    covers: ['Kysely.mergeInto'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const [result] = await em
        .getKysely<any>()
        .mergeInto(subject.table)
        .using(sql<{ key: string }>`(select ${key}::text as key)`.as('wanted'), (on) =>
          on.on(sql`id::text`, '=', sql.ref('wanted.key')),
        )
        .whenMatched()
        .thenUpdateSet(setOf(subject))
        .execute();
      return Number(result?.numChangedRows);
    },
  },
  {
    name: 'kysely.with an update',
    covers: ['Kysely.with'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) =>
      (
        await em
          .getKysely<any>()
          .with('changed', (of) =>
            of.updateTable(subject.table).set(setOf(subject)).where('id', '=', key).returning('id'),
          )
          .selectFrom('changed')
          .select('id')
          .execute()
      ).length,
  },
  {
    name: 'em.execute: update',
    covers: ['EntityManager.execute'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const { column, value } = changeOf(subject);
      const text = `update "${subject.table}" set "${column}" = ? where id = ?`;
      return (await em.execute<{ affectedRows: number }>(text, [value, key], 'run')).affectedRows;
    },
  },
  {
    name: 'em.execute: update, returning',
    covers: ['EntityManager.execute'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const { column, value } = changeOf(subject);
      const text = `update "${subject.table}" set "${column}" = ? where id = ? returning id`;
      return (await em.execute(text, [value, key])).length;
    },
  },
  {
    name: 'em.execute: update by a join',
    covers: ['EntityManager.execute'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const { column, value } = changeOf(subject);
      const text = `with wanted as (select ? as key) update "${subject.table}" set "${column}" = ? from wanted where id::text = wanted.key returning id`;
      return (await em.execute(text, [key, value])).length;
    },
  },
  {
    name: 'the connection: update',
    covers: ['EntityManager.getConnection'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const { column, value } = changeOf(subject);
      const text = `update "${subject.table}" set "${column}" = ? where id = ? returning id`;
      return (await em.getConnection().execute<object[]>(text, [value, key])).length;
    },
  },
  {
    name: 'the transaction: updateTable',
    covers: ['EntityManager.getTransactionContext'],
    does: 'update',
    hidesDeleted: false,
    run: async (em, subject, key) => {
      const client = em.getTransactionContext<any>();
      const [result] = await client.updateTable(subject.table).set(setOf(subject)).where('id', '=', key).execute();
      return Number(result?.numUpdatedRows);
    },
  },
  {
    name: 'kysely.deleteFrom',
    covers: ['Kysely.deleteFrom'],
    does: 'delete',
    hidesDeleted: false,
    run: async (em, { table }, key) => {
      const [result] = await em.getKysely<any>().deleteFrom(table).where('id', '=', key).execute();
      return Number(result?.numDeletedRows);
    },
  },
  {
    name: 'em.execute: delete',
    covers: ['EntityManager.execute'],
    does: 'delete',
    hidesDeleted: false,
    run: async (em, { table }, key) =>
      (await em.execute(`delete from "${table}" where id = ? returning id`, [key])).length,
  },
  {
    name: 'em.execute: merge and delete',
    covers: ['EntityManager.execute'],
    does: 'delete',
    hidesDeleted: false,
    run: async (em, { table }, key) =>
      (
        await em.execute<{ affectedRows: number }>(
          `merge into "${table}" using (select ? as key) as wanted on id::text = wanted.key when matched then delete`,
          [key],
          'run',
        )
      ).affectedRows,
  },
  {
    name: 'the transaction: deleteFrom',
    covers: ['EntityManager.getTransactionContext'],
    does: 'delete',
    hidesDeleted: false,
    run: async (em, { table }, key) => {
      const [result] = await em.getTransactionContext<any>().deleteFrom(table).where('id', '=', key).execute();
      return Number(result?.numDeletedRows);
    },
  },
];
