import { raw } from '@mikro-orm/core';
import type { QueryBuilder } from '@mikro-orm/sql';
import type { ScopedEntityManager } from '../../../../src/index.js';
import type { Relation } from '../subjects.js';
import { loadedTargets, throughReferences } from './relations.js';
import { keysOf, type ListWay } from './way.js';

type Method =
  | `${'left' | 'inner'}Join`
  | 'join'
  | `${'left' | 'inner'}JoinLateral`
  | `${'left' | 'inner'}JoinAndSelect`
  | 'joinAndSelect'
  | `${'left' | 'inner'}JoinLateralAndSelect`;

/** Joins of the query builder, to the rows that those of other tables refer to. */
export const joins: ListWay[] = [
  joinedKeys('join'),
  joinedKeys('innerJoin'),
  joinedKeys('leftJoin'),
  lateralWithItself('innerJoinLateral'),
  lateralWithItself('leftJoinLateral'),
  joinedRows('joinAndSelect'),
  joinedRows('innerJoinAndSelect'),
  joinedRows('leftJoinAndSelect'),
  joinedRows('innerJoinLateralAndSelect'),
  joinedRows('leftJoinLateralAndSelect'),
];

/** Ways that select the joined keys. */
function joinedKeys(method: Method): ListWay {
  return throughReferences(
    `qb.${method}`,
    [`QueryBuilder.${method}`],
    () => true,
    async (em, relation) => {
      const found = await builderOf(em, relation, method)
        .select(raw('t.id as key'))
        .execute<{ key: string | null }[]>();
      // A left join gives rows without a target.
      return found.filter(({ key }) => key !== null).map(({ key }) => ({ id: key }));
    },
  );
}

/** Ways that join every row to every row. */
function lateralWithItself(method: Method): ListWay {
  return {
    name: `qb.${method}`,
    covers: [`QueryBuilder.${method}`],
    hidesDeleted: false,
    list: async (em, { entity }) => {
      const builder: any = em.qb(entity, 's');
      builder[method](em.qb(entity, 'every').select('id'), 't', { 's.id': { $ne: null } });
      return keysOf(await builder.select(raw('t.id as id')).execute());
    },
  };
}

/** Ways that load the joined rows. */
function joinedRows(method: Method): ListWay {
  return throughReferences(
    `qb.${method}`,
    [`QueryBuilder.${method}`],
    () => true,
    async (em, relation) => loadedTargets(await builderOf(em, relation, method).getResult(), relation),
  );
}

function builderOf(em: ScopedEntityManager, { source, property }: Relation, method: Method): QueryBuilder<any, any> {
  const builder: any = em.qb<any>(source, 's' as never);
  const field = `s.${property.name}`;
  const every = () => em.qb<any>(property.targetMeta!.class as never, 'every' as never).select('*');

  return builder[method](method.includes('Lateral') ? [field, every()] : field, 't');
}
