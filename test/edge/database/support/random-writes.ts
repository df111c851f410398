import fc from 'fast-check';
import { sql } from 'kysely';
import type { EdgeDatabase } from '../../../../src/edge/database/index.js';
import {
  buildPart,
  buildSource,
  columnsOf,
  type RandomQuery,
  type RandomSource,
  randomQuery,
  randomSource,
  reference,
  type TableName,
} from './random-queries.js';

export interface RandomWrite {
  kind: 'update' | 'delete' | 'insert' | 'upsert';
  table: TableName;
  isAliased: boolean;
  /** What an update or a deletion reads besides its table. */
  source: RandomSource | null;
  condition: RandomQuery | null;
}

export const randomWrite: fc.Arbitrary<RandomWrite> = fc.record({
  kind: fc.constantFrom('update', 'delete', 'insert', 'upsert'),
  table: fc.constantFrom('content', 'organizations', 'mediaItems', 'users'),
  isAliased: fc.boolean(),
  source: fc.option(randomSource),
  condition: fc.option(randomQuery),
});

/** The statement, which returns the markers of the rows that it wrote as `m`. */
export function buildWrite(db: EdgeDatabase, write: RandomWrite): { execute(): Promise<{ m: string }[]> } {
  return write.kind === 'insert'
    ? buildInsert(db, write)
    : write.kind === 'upsert'
      ? buildUpsert(db, write)
      : buildChange(db, write, write.kind);
}

/** Copies what a query finds to a table of its own. */
function buildInsert(db: any, { table, condition }: RandomWrite) {
  const simplest = {
    ctes: [],
    from: table,
    isAliased: true,
    joins: [],
    marker: 0,
    key: 0,
    condition: null,
    union: null,
  };
  const copied = buildPart(condition ?? simplest);

  return db
    .insertInto('verificationTokens')
    .columns(['id', 'identifier', 'value', 'expiresAt'])
    .expression(sql`(select gen_random_uuid(), coalesce(m, ''), '', now() from ${copied} as copied)`)
    .returning('identifier as m');
}

/** Inserts all rows once more. */
function buildUpsert(db: any, { table, condition }: RandomWrite) {
  const { marker } = columnsOf[table];

  return db
    .insertInto(table)
    .expression(sql`(select * from ${sql.table(`backup.${table}`)})`)
    .onConflict((conflict: any) => {
      const update = conflict.column('id').doUpdateSet({ [marker]: sql`${sql.ref(`excluded.${marker}`)} || '!'` });
      return condition ? update.where(sql`exists ${buildPart(condition)} or true`) : update;
    })
    .returning(`${marker} as m`);
}

function buildChange(db: any, { table, isAliased, source, condition }: RandomWrite, kind: 'update' | 'delete') {
  const { marker, keys } = columnsOf[table];
  const name = isAliased ? 'target' : table;
  const target = isAliased ? `${table} as target` : table;
  const key = reference(name, keys[0]!);
  let query =
    kind === 'update'
      ? db.updateTable(target).set({ [marker]: sql`${sql.ref(`${name}.${marker}`)} || '!'` })
      : db.deleteFrom(target);

  if (source) {
    const { named, expression } = buildSource(source, []);
    query = query[kind === 'update' ? 'from' : 'using'](expression);
    query = query.where(sql`${key} = ${reference(named.alias, named.keys[0]!)}`);
  }

  if (condition) {
    query = query.where(sql`${key} in (select k from ${buildPart(condition)} as keys) or ${key} = 'eve'`);
  }

  return query.returning(reference(name, marker).as('m'));
}
