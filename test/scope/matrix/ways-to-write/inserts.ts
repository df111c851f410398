import { columnsOf, type DataWay, marksOf } from './way.js';

/** Insertions, and upserts by the key. */
export const inserts: DataWay[] = [
  {
    name: 'em.create',
    covers: ['EntityManager.create', 'EntityManager.flush'],
    does: 'insert',
    run: (em, { entity }, { properties }) => void em.create(entity, properties as never),
  },
  {
    name: 'em.create without persisting, then em.persist',
    covers: ['EntityManager.create', 'EntityManager.persist'],
    does: 'insert',
    run: (em, { entity }, { properties }) =>
      void em.persist(em.create(entity, properties as never, { persist: false } as never)),
  },
  {
    name: 'em.insert',
    covers: ['EntityManager.insert'],
    does: 'insert',
    run: async (em, { entity }, { properties }) => void (await em.insert(entity, properties as never)),
  },
  {
    name: 'em.insertMany',
    covers: ['EntityManager.insertMany'],
    does: 'insert',
    run: async (em, { entity }, { properties }) => void (await em.insertMany(entity, [properties] as never)),
  },
  {
    name: 'repository.create',
    covers: ['EntityRepository.create'],
    does: 'insert',
    run: (em, { entity }, { properties }) => void em.getRepository(entity).create(properties as never),
  },
  {
    name: 'repository.insert',
    covers: ['EntityRepository.insert'],
    does: 'insert',
    run: async (em, { entity }, { properties }) => void (await em.getRepository(entity).insert(properties as never)),
  },
  {
    name: 'repository.insertMany',
    covers: ['EntityRepository.insertMany'],
    does: 'insert',
    run: async (em, { entity }, { properties }) =>
      void (await em.getRepository(entity).insertMany([properties] as never)),
  },
  {
    name: 'the driver: nativeInsert',
    covers: ['EntityManager.getDriver'],
    does: 'insert',
    run: async (em, { entity }, { properties }) => void (await em.getDriver().nativeInsert(entity, properties)),
  },
  {
    name: 'the driver: nativeInsertMany',
    covers: ['EntityManager.getDriver'],
    does: 'insert',
    run: async (em, { entity }, { properties }) => void (await em.getDriver().nativeInsertMany(entity, [properties])),
  },
  {
    name: 'qb.insert',
    covers: ['QueryBuilder.insert'],
    does: 'insert',
    run: async (em, { entity }, { properties }) =>
      void (await em
        .createQueryBuilder(entity)
        .insert(properties as never)
        .execute('run')),
  },
  {
    name: 'kysely.insertInto',
    covers: ['Kysely.insertInto'],
    does: 'insert',
    run: async (em, { table }, { columns }) =>
      void (await em.getKysely<any>().insertInto(table).values(columns).execute()),
  },
  {
    name: 'kysely.insertInto, returning',
    covers: ['Kysely.insertInto'],
    does: 'insert',
    run: async (em, { table }, { columns }) =>
      void (await em.getKysely<any>().insertInto(table).values(columns).returning('id').execute()),
  },
  {
    name: 'em.execute: insert',
    covers: ['EntityManager.execute'],
    does: 'insert',
    run: async (em, { table }, data) =>
      void (await em.execute(
        `insert into "${table}" (${columnsOf(data)}) values (${marksOf(data)})`,
        Object.values(data.columns),
      )),
  },
  {
    name: 'em.execute: insert, in a with',
    covers: ['EntityManager.execute'],
    does: 'insert',
    run: async (em, { table }, data) =>
      void (await em.execute(
        `with made as (insert into "${table}" (${columnsOf(data)}) values (${marksOf(data)}) returning id) select id from made`,
        Object.values(data.columns),
      )),
  },
  {
    name: 'em.upsert',
    covers: ['EntityManager.upsert'],
    does: 'upsert',
    run: async (em, { entity }, { properties }) => void (await em.upsert(entity, properties)),
  },
  {
    name: 'em.upsertMany',
    covers: ['EntityManager.upsertMany'],
    does: 'upsert',
    run: async (em, { entity }, { properties }) => void (await em.upsertMany(entity, [properties])),
  },
  {
    name: 'repository.upsert',
    covers: ['EntityRepository.upsert'],
    does: 'upsert',
    run: async (em, { entity }, { properties }) => void (await em.getRepository(entity).upsert(properties)),
  },
  {
    name: 'repository.upsertMany',
    covers: ['EntityRepository.upsertMany'],
    does: 'upsert',
    run: async (em, { entity }, { properties }) => void (await em.getRepository(entity).upsertMany([properties])),
  },
  {
    name: 'qb.onConflict and merge',
    covers: ['QueryBuilder.onConflict', 'QueryBuilder.merge'],
    does: 'upsert',
    run: async (em, { entity }, { properties }) =>
      void (await em
        .createQueryBuilder(entity)
        .insert(properties as never)
        .onConflict('id' as never)
        .merge()
        .execute('run')),
  },
  {
    name: 'kysely: on conflict do update',
    covers: ['Kysely.insertInto'],
    does: 'upsert',
    run: async (em, { table }, { columns }) =>
      void (await em
        .getKysely<any>()
        .insertInto(table)
        .values(columns)
        .onConflict((on) => on.column('id').doUpdateSet(columns))
        .execute()),
  },
  {
    name: 'em.execute: on conflict do update',
    covers: ['EntityManager.execute'],
    does: 'upsert',
    run: async (em, { table }, data) =>
      void (await em.execute(
        `insert into "${table}" (${columnsOf(data)}) values (${marksOf(data)})
         on conflict (id) do update set ${Object.keys(data.columns)
           .map((column) => `"${column}" = excluded."${column}"`)
           .join(', ')}`,
        Object.values(data.columns),
      )),
  },
];
