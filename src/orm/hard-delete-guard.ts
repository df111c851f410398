import type { EntityMetadata, MetadataStorage } from '@mikro-orm/core';
import type { QueryBuilder } from '@mikro-orm/sql';
import type { KyselyPlugin, OperationNode } from 'kysely';
import { SoftDeletableEntity } from '../entities/soft-deletable.entity.js';
import { HardDeleteRefusedError } from '../errors/database-error.js';

/** @throws {HardDeleteRefusedError} for an entity that has `deletedAt`. */
export function refuseHardDelete({ class: entityClass, className }: EntityMetadata, call: string): void {
  if (entityClass.prototype instanceof SoftDeletableEntity) {
    throw new HardDeleteRefusedError(className, call);
  }
}

/** Refuses `delete` and `truncate` on the builder and its clones, if its entity has `deletedAt`. */
export function guardQueryBuilder<Builder extends QueryBuilder<any, any>>(
  builder: Builder,
  metadata: MetadataStorage,
): Builder {
  for (const method of ['delete', 'truncate'] as const) {
    const original: (...args: never[]) => unknown = builder[method].bind(builder);
    builder[method] = ((...args: never[]) => {
      refuseHardDelete(metadata.get(builder.mainAlias.entityName), `QueryBuilder.${method}`);
      return original(...args);
    }) as never;
  }

  const clone = builder.clone.bind(builder);
  builder.clone = (...args) => guardQueryBuilder(clone(...args), metadata);

  return builder;
}

/** Refuses Kysely's deletions, in any part of a query, from the tables of entities that have `deletedAt`. */
export function kyselyDeleteGuard(metadata: MetadataStorage): KyselyPlugin {
  return {
    transformQuery({ node }) {
      for (const table of deletedFrom(node)) {
        const meta = [...metadata].find(({ tableName }) => tableName === table);
        meta && refuseHardDelete(meta, 'A deletion by Kysely');
      }

      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** The tables from which a part of the query deletes. */
function* deletedFrom(node: OperationNode): Generator<string> {
  const parts = Object.values(node).flat().filter(isNode);

  if (node.kind === 'DeleteQueryNode') {
    yield* (node as unknown as { from: { froms: OperationNode[] } }).from.froms.flatMap(tableOf);
  }

  if (node.kind === 'MergeQueryNode' && deletesMatches(node)) {
    yield* tableOf((node as unknown as { into: OperationNode }).into);
  }

  for (const part of parts) {
    yield* deletedFrom(part);
  }
}

const isNode = (value: unknown): value is OperationNode =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** Kysely writes `then delete` as raw text. */
const deletesMatches = (node: OperationNode): boolean =>
  JSON.stringify((node as unknown as { whens?: unknown }).whens ?? []).includes('"sqlFragments":["delete"]');

function tableOf(node: OperationNode & { node?: OperationNode }): string[] {
  return node.kind === 'TableNode'
    ? [(node as unknown as { table: { identifier: { name: string } } }).table.identifier.name]
    : node.node
      ? tableOf(node.node)
      : [];
}
