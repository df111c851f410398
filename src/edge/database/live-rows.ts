import {
  type DeleteQueryNode,
  FromNode,
  InsertQueryNode,
  type JoinNode,
  type KyselyPlugin,
  type MergeQueryNode,
  type OnConflictNode,
  OnNode,
  type OperationNode,
  type QueryId,
  type ReferenceNode,
  type SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  UsingNode,
  WhereNode,
} from 'kysely';
import { InvalidArgumentError } from '../../errors/database-error.js';
import { softDeletableTables } from './columns.js';
import { CteNamesTransformer } from './cte-names.js';
import { all, inParens, liveCondition, liveSubselect } from './live-condition.js';

/**
 * Hides rows that have `deleted_at` from every part of a query, and keeps them from being changed.
 *
 * It expects names as they are in the database. What is written as raw SQL it leaves as it is.
 *
 * @throws {InvalidArgumentError} for a merge into a table that has `deleted_at`.
 */
export const liveRowsPlugin: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => new LiveRows().transformNode(node, queryId),
  transformResult: async ({ result }) => result,
};

/** What of a query decides which rows it sees. */
interface Sources {
  tables: readonly OperationNode[] | undefined;
  joins?: readonly JoinNode[];
  where?: WhereNode;
}

class LiveRows extends CteNamesTransformer {
  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    const query = super.transformSelectQuery(node, queryId);
    const { tables, ...live } = this.#keepLive({ ...query, tables: query.from?.froms });

    return { ...query, ...live, ...(tables && { from: FromNode.create(tables) }) };
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    const query = super.transformUpdateQuery(node, queryId);
    const { tables, ...live } = this.#keepLive({ ...query, tables: query.from?.froms }, query.table);

    return { ...query, ...live, ...(tables && { from: FromNode.create(tables) }) };
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    const query = super.transformDeleteQuery(node, queryId);
    const { tables, ...live } = this.#keepLive({ ...query, tables: query.using?.tables }, query.from.froms[0]);

    return { ...query, ...live, ...(tables && { using: UsingNode.create(tables) }) };
  }

  protected override transformOnConflict(node: OnConflictNode, queryId?: QueryId): OnConflictNode {
    const conflict = super.transformOnConflict(node, queryId);
    const insert = this.nodeStack.findLast(InsertQueryNode.is);
    const where = conflict.updates && all([liveCondition(insert?.into), inParens(conflict.updateWhere?.where)]);

    return { ...conflict, ...(where && { updateWhere: WhereNode.create(where) }) };
  }

  protected override transformMergeQuery(node: MergeQueryNode, queryId?: QueryId): MergeQueryNode {
    if (liveCondition(node.into)) {
      throw new InvalidArgumentError(
        'mergeInto',
        'A merge cannot leave the deleted rows of this table alone. Use insertInto(…).onConflict(…), or withDeleted().',
      );
    }

    const query = super.transformMergeQuery(node, queryId);

    return { ...query, ...(query.using && { using: this.#replaceTable(query.using) }) };
  }

  protected override transformReference(node: ReferenceNode, queryId?: QueryId): ReferenceNode {
    const reference = super.transformReference(node, queryId);
    const name = reference.table?.table.identifier.name ?? '';

    // Without a schema, since a subselect in the table's place has none.
    return softDeletableTables.has(name) ? { ...reference, table: TableNode.create(name) } : reference;
  }

  /**
   * Where a right or full join keeps rows that match nothing, the tables are replaced by subselects. Elsewhere conditions
   * do, and leave a table what it is to PostgreSQL: in `group by` its primary key still stands for the whole row.
   *
   * @param target the table whose rows are changed. It is never a CTE.
   */
  #keepLive({ tables, joins, where }: Sources, target?: OperationNode): Sources {
    const keepsUnmatched = joins?.some(({ joinType }) => joinType === 'RightJoin' || joinType === 'FullJoin');
    const conditioned = keepsUnmatched
      ? []
      : [...(tables ?? []), ...(joins ?? []).filter(({ on }) => !on).map(tableOf)];
    const conditions = conditioned.map((table) => liveCondition(table, this.ctes));
    const condition = all([liveCondition(target), ...conditions, inParens(where?.where)]);

    return {
      tables: keepsUnmatched ? tables?.map((table) => liveSubselect(table, this.ctes)) : tables,
      ...(joins && { joins: joins.map((join) => (keepsUnmatched ? this.#replaceTable(join) : this.#addToOn(join))) }),
      ...(condition && { where: WhereNode.create(condition) }),
    };
  }

  #replaceTable(join: JoinNode): JoinNode {
    return { ...join, table: liveSubselect(join.table, this.ctes) };
  }

  #addToOn(join: JoinNode): JoinNode {
    const on = join.on && all([liveCondition(join.table, this.ctes), inParens(join.on.on)]);
    return on ? { ...join, on: OnNode.create(on) } : join;
  }
}

const tableOf = ({ table }: JoinNode): OperationNode => table;
