import {
  type AggregateFunctionNode,
  AliasNode,
  ColumnNode,
  type DeleteQueryNode,
  type FunctionNode,
  IdentifierNode,
  type InsertQueryNode,
  type JoinNode,
  type KyselyPlugin,
  type MergeQueryNode,
  type OperationNode,
  type QueryId,
  ReferenceNode,
  ReturningNode,
  SelectAllNode,
  SelectionNode,
  type SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
} from 'kysely';
import { InvalidArgumentError } from '../../errors/database-error.js';
import { CteNamesTransformer } from './cte-names.js';

/** Columns by the name of their table in the database. */
type ColumnsByTable = ReadonlyMap<string, readonly string[]>;

/**
 * Selects secrets only where a query names them: `selectAll` and `returningAll` become the columns that are none.
 *
 * It expects names as they are in the database. What is written as raw SQL it leaves as it is.
 *
 * @param visible the columns that `*` stands for, of each table that has secrets
 * @throws {InvalidArgumentError} for a function of a whole row that holds secrets, such as `to_json`
 */
export function keepSecretsBack(visible: ColumnsByTable): KyselyPlugin {
  return {
    transformQuery: ({ node, queryId }) => new SecretColumns(visible).transformNode(node, queryId),
    transformResult: async ({ result }) => result,
  };
}

/** A table or subquery that a query reads or writes. */
interface Source {
  /** As the query refers to it; `undefined` where only raw SQL knows. */
  table: TableNode | undefined;
  /** The columns that `*` stands for, if it has secrets. */
  columns: readonly string[] | undefined;
}

class SecretColumns extends CteNamesTransformer {
  readonly #visible: ColumnsByTable;
  /** What each of the queries around the current node reads or writes, the innermost first. */
  #scopes: readonly Source[][] = [];

  constructor(visible: ColumnsByTable) {
    super();
    this.#visible = visible;
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    return this.#within([...(node.from?.froms ?? []), ...tablesOf(node.joins)], () => {
      const query = super.transformSelectQuery(node, queryId);
      return query.selections ? { ...query, selections: this.#expand(query.selections) } : query;
    });
  }

  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    return this.#within([node.into], () => this.#expandReturning(super.transformInsertQuery(node, queryId)));
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    const sources = [node.table, ...(node.from?.froms ?? []), ...tablesOf(node.joins)];
    return this.#within(sources, () => this.#expandReturning(super.transformUpdateQuery(node, queryId)));
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    const sources = [...node.from.froms, ...(node.using?.tables ?? []), ...tablesOf(node.joins)];
    return this.#within(sources, () => this.#expandReturning(super.transformDeleteQuery(node, queryId)));
  }

  protected override transformMergeQuery(node: MergeQueryNode, queryId?: QueryId): MergeQueryNode {
    const sources = [...tablesOf(node.using && [node.using]), node.into];
    return this.#within(sources, () => this.#expandReturning(super.transformMergeQuery(node, queryId)));
  }

  protected override transformFunction(node: FunctionNode, queryId?: QueryId): FunctionNode {
    return super.transformFunction(this.#refuseRows(node, node.arguments), queryId);
  }

  protected override transformAggregateFunction(node: AggregateFunctionNode, queryId?: QueryId): AggregateFunctionNode {
    return super.transformAggregateFunction(this.#refuseRows(node, node.aggregated), queryId);
  }

  #within<Node>(sources: readonly (OperationNode | undefined)[], transform: () => Node): Node {
    const outside = this.#scopes;
    this.#scopes = [sources.filter((node) => node !== undefined).map((node) => this.#sourceOf(node)), ...outside];
    const node = transform();
    this.#scopes = outside;

    return node;
  }

  #sourceOf(node: OperationNode): Source {
    const alias = AliasNode.is(node) ? node.alias : undefined;
    const table = AliasNode.is(node) ? node.node : node;

    if (!TableNode.is(table)) {
      return { table: nameOf(alias), columns: undefined };
    }

    const { schema, identifier } = table.table;
    const isCte = !schema && this.ctes.includes(identifier.name);

    return { table: alias ? nameOf(alias) : table, columns: isCte ? undefined : this.#visible.get(identifier.name) };
  }

  #expandReturning<Query extends { returning?: ReturningNode }>(query: Query): Query {
    return query.returning
      ? { ...query, returning: ReturningNode.create(this.#expand(query.returning.selections)) }
      : query;
  }

  #expand(selections: readonly SelectionNode[]): SelectionNode[] {
    return selections.flatMap((node) => {
      const { selection } = node;

      if (SelectAllNode.is(selection)) {
        return this.#expandAll(node);
      }

      const isStar = ReferenceNode.is(selection) && SelectAllNode.is(selection.column);
      const source = isStar ? this.#find(selection.table) : undefined;

      return source?.columns ? columnsOf(source.table, source.columns) : [node];
    });
  }

  #expandAll(star: SelectionNode): SelectionNode[] {
    const sources = this.#scopes[0] ?? [];

    return sources.some(({ columns }) => columns)
      ? sources.flatMap(({ table, columns }) => {
          if (!table) {
            throw new InvalidArgumentError(
              'selectAll',
              'selectAll() reads a table that has secrets beside one that only raw SQL names. Select from each by name.',
            );
          }

          return columns ? columnsOf(table, columns) : [SelectionNode.createSelectAllFromTable(table)];
        })
      : [star];
  }

  /** What a table's name means here. */
  #find(table: TableNode | undefined): Source | undefined {
    const name = table?.table.identifier.name;
    return this.#scopes.flat().find((source) => source.table?.table.identifier.name === name);
  }

  #refuseRows<Node>(node: Node, values: readonly OperationNode[]): Node {
    const row = values.filter(TableNode.is).find((table) => this.#find(table)?.columns);

    if (row) {
      throw new InvalidArgumentError(
        'row',
        `A whole row of ${row.table.identifier.name} holds secrets. Build it from columns, by jsonBuildObject for one.`,
      );
    }

    return node;
  }
}

const tablesOf = (joins: readonly JoinNode[] = []): OperationNode[] => joins.map(({ table }) => table);

const nameOf = (alias: OperationNode | undefined): TableNode | undefined =>
  alias && IdentifierNode.is(alias) ? TableNode.create(alias.name) : undefined;

const columnsOf = (table: TableNode | undefined, columns: readonly string[]): SelectionNode[] =>
  columns.map((column) => SelectionNode.create(ReferenceNode.create(ColumnNode.create(column), table)));
