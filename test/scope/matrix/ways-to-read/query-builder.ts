import { LockMode, raw } from '@mikro-orm/core';
import { isLockable, keyIf, keyOf, keysIn, keysOf, type ReadWay, shown } from './way.js';

/** Reads by the query builder. It adds no condition of its own: here the database is alone. */
export const queryBuilder: ReadWay[] = [
  {
    name: 'qb.getResult',
    covers: ['EntityManager.createQueryBuilder', 'QueryBuilder.select', 'QueryBuilder.getResult'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.createQueryBuilder(entity, 'e').select('*').getResult()),
  },
  {
    name: 'qb.getResultList',
    covers: ['EntityManager.qb', 'QueryBuilder.getResultList', 'QueryBuilder.addSelect'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(
        await em
          .qb(entity, 'e')
          .select('id')
          .addSelect('createdAt' as never)
          .getResultList(),
      ),
  },
  {
    name: 'qb.getSingleResult',
    covers: ['QueryBuilder.where', 'QueryBuilder.getSingleResult'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) =>
      keyOf(await em.qb(entity, 'e').select('*').where({ id: key }).getSingleResult()),
  },
  {
    name: 'qb.getResultAndCount',
    covers: ['QueryBuilder.getResultAndCount', 'QueryBuilder.limit', 'QueryBuilder.orderBy'],
    hidesDeleted: false,
    list: async (em, { entity }) => {
      const [found, total] = await em.qb(entity, 'e').select('*').orderBy({ id: 'asc' }).limit(100).getResultAndCount();
      return [...keysOf(found), ...(total === found.length ? [] : [`a total of ${total}`])];
    },
  },
  {
    name: 'qb.getCount',
    covers: ['QueryBuilder.getCount'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => keyIf(key, await em.qb(entity, 'e').where({ id: key }).getCount()),
  },
  {
    name: 'qb.count',
    covers: ['QueryBuilder.count'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => {
      const found = await em.qb(entity, 'e').count('id').where({ id: key }).execute<{ count: string }>('get');
      return keyIf(key, Number(found.count));
    },
  },
  {
    name: 'qb.execute',
    covers: ['QueryBuilder.execute', 'QueryBuilder.orWhere', 'QueryBuilder.andWhere'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(await em.qb(entity, 'e').select('id').andWhere(raw('false')).orWhere(raw('true')).execute<object[]>()),
  },
  {
    name: 'qb.stream',
    covers: ['QueryBuilder.stream'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysIn(em.qb(entity, 'e').select('*').stream()),
  },
  {
    name: 'qb.getNativeQuery',
    covers: ['QueryBuilder.getNativeQuery', 'QueryBuilder.toQuery'],
    hidesDeleted: false,
    list: async (em, { entity }) => {
      const { sql, params } = em.qb(entity, 'e').select('id').toQuery();
      return keysOf(await em.getConnection().execute<object[]>(sql, params as unknown[]));
    },
  },
  {
    name: 'qb.distinct',
    covers: ['QueryBuilder.distinct', 'QueryBuilder.groupBy'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(await em.qb(entity, 'e').select('id').distinct().groupBy('id').execute<object[]>()),
  },
  {
    name: 'qb.clone',
    covers: ['QueryBuilder.clone'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.qb(entity, 'e').select('id').clone().execute<object[]>()),
  },
  {
    name: 'qb.from a subquery',
    covers: ['QueryBuilder.from', 'QueryBuilder.as'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(
        await em
          .qb(entity, 'outside')
          .select('id')
          .from(em.qb(entity, 'inside').select('*') as never)
          .execute<object[]>(),
      ),
  },
  {
    name: 'qb.with',
    covers: ['QueryBuilder.with'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(
        await em
          .qb(entity, 'e')
          .with('every', em.qb(entity, 'every_one').select('id'))
          .select('id')
          .where(raw('e.id in (select id from every)'))
          .execute<object[]>(),
      ),
  },
  {
    name: 'qb.unionAll',
    covers: ['QueryBuilder.unionAll', 'QueryBuilder.union'],
    hidesDeleted: false,
    list: async (em, { entity }) => {
      const all = () => em.qb(entity, 'e').select('id');
      const either = all().unionAll(all());
      const found = await em
        .qb(entity, 'e')
        .select('id')
        .where({ id: { $in: either as never } })
        .execute<object[]>();
      const { sql, params } = all().union(all()).toQuery();

      return [...keysOf(found), ...keysOf(await em.execute<object[]>(sql, params as unknown[]))];
    },
  },
  {
    name: 'qb.applyFilters',
    covers: ['QueryBuilder.applyFilters', 'EntityManager.applyFilters'],
    hidesDeleted: true,
    list: async (em, { entity }) => {
      const builder = em.qb(entity, 'e').select('*');
      await builder.applyFilters();
      return keysOf(await builder.getResult());
    },
  },
  {
    name: 'qb.setLockMode',
    covers: ['QueryBuilder.setLockMode'],
    hidesDeleted: false,
    reaches: isLockable,
    list: async (em, { entity }) =>
      keysOf(await em.qb(entity, 'e').select('*').setLockMode(LockMode.PESSIMISTIC_WRITE).getResult()),
  },
  {
    name: 'qb.distinctOn',
    covers: ['QueryBuilder.distinctOn', 'QueryBuilder.andOrderBy', 'QueryBuilder.offset'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(
        await em
          .qb(entity, 'e')
          .select('*')
          .distinctOn(['id'] as never)
          .andOrderBy({ id: 'asc' })
          .limit(100)
          .offset(0)
          .getResult(),
      ),
  },
  {
    name: 'qb.having',
    covers: ['QueryBuilder.having', 'QueryBuilder.andHaving', 'QueryBuilder.orHaving'],
    hidesDeleted: false,
    ask: async (em, { entity }, key) => {
      const builder = em.qb(entity, 'e').select('id').groupBy('id');
      builder.having({ id: key }).andHaving({ id: key }).orHaving({ id: key });
      return keyIf(key, (await builder.execute<object[]>()).length);
    },
  },
  {
    name: 'qb.withSubQuery',
    covers: ['QueryBuilder.withSubQuery'],
    hidesDeleted: false,
    ask: async (em, { entity, table }, key) => {
      const builder = em.qb(entity, 'e');
      builder.withSubQuery(raw(`(select count(*) from "${table}" as other where other.id = e.id)`), 'e.total');
      return keyIf(
        key,
        (
          await builder
            .select('id')
            .where({ id: key, 'e.total': 1 } as never)
            .execute<object[]>()
        ).length,
      );
    },
  },
  {
    name: 'qb.withRecursive',
    covers: ['QueryBuilder.withRecursive'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(
        await em
          .qb(entity, 'e')
          .withRecursive('every', em.qb(entity, 'every_one').select('id'))
          .select('id')
          .where(raw('e.id in (select id from every)'))
          .execute<object[]>(),
      ),
  },
  {
    name: 'qb.withSchema',
    covers: ['QueryBuilder.withSchema'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.qb(entity, 'e').withSchema('public').select('*').getResult()),
  },
  {
    name: 'qb.cache',
    covers: ['QueryBuilder.cache'],
    hidesDeleted: false,
    list: async (em, { entity, table }) =>
      keysOf(
        await em
          .qb(entity, 'e')
          .select('*')
          .cache([`qb ${table}`, 60_000])
          .getResult(),
      ),
  },
  {
    name: 'qb.toRaw in another query',
    covers: ['QueryBuilder.toRaw'],
    hidesDeleted: false,
    list: async (em, { entity }) => {
      const keys = em.qb(entity, 'inside').select('id').toRaw();
      return keysOf(await em.find(entity, { id: { $in: keys as never } }, shown));
    },
  },
  {
    name: 'repository.createQueryBuilder',
    covers: ['EntityRepository.createQueryBuilder'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.getRepository(entity).createQueryBuilder('e').getResult()),
  },
  {
    name: 'repository.qb',
    covers: ['EntityRepository.qb'],
    hidesDeleted: false,
    list: async (em, { entity }) => keysOf(await em.getRepository(entity).qb('e').getResult()),
  },
  {
    name: 'the driver: createQueryBuilder',
    covers: ['EntityManager.getDriver'],
    hidesDeleted: false,
    list: async (em, { entity }) =>
      keysOf(await em.getDriver().createQueryBuilder(entity).select('id').execute<object[]>()),
  },
];
