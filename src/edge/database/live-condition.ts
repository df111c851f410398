import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  FromNode,
  IdentifierNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  ReferenceNode,
  SelectionNode,
  TableNode,
  ValueNode,
  WhereNode,
} from 'kysely';
import { softDeletableTables } from './columns.js';

/**
 * The condition that a row of the table is live: of a table that has `deleted_at`, named as in `from` or `update`.
 *
 * A table of another schema counts as ours: one condition too many fails aloud, one too few in silence.
 *
 * @param ctes names that mean a CTE here and not a table.
 */
export function liveCondition(
  node: OperationNode | undefined,
  ctes: readonly string[] = [],
): OperationNode | undefined {
  const alias = nameOfSoftDeletable(node, ctes);

  return alias === undefined
    ? undefined
    : BinaryOperationNode.create(
        ReferenceNode.create(ColumnNode.create('deleted_at'), TableNode.create(alias)),
        OperatorNode.create('is'),
        ValueNode.createImmediate(null),
      );
}

/** The table's live rows as a subselect of the same name, if it has `deleted_at`; else the table itself. */
export function liveSubselect(node: OperationNode, ctes: readonly string[]): OperationNode {
  const condition = liveCondition(node, ctes);

  return condition
    ? AliasNode.create(
        {
          kind: 'SelectQueryNode',
          from: FromNode.create([node]),
          selections: [SelectionNode.createSelectAll()],
          where: WhereNode.create(condition),
        } as OperationNode,
        IdentifierNode.create(nameOfSoftDeletable(node, ctes)!),
      )
    : node;
}

/** All the conditions there are, if any. */
export function all(conditions: readonly (OperationNode | undefined)[]): OperationNode | undefined {
  return conditions
    .filter((condition) => condition !== undefined)
    .reduce<OperationNode | undefined>((left, right) => (left ? AndNode.create(left, right) : right), undefined);
}

/** In parentheses, because raw SQL may hold an `or`. */
export const inParens = (condition: OperationNode | undefined): OperationNode | undefined =>
  condition && ParensNode.create(condition);

function nameOfSoftDeletable(node: OperationNode | undefined, ctes: readonly string[]): string | undefined {
  const alias = node && AliasNode.is(node) ? node : undefined;
  const table = alias ? alias.node : node;

  if (!table || !TableNode.is(table)) {
    return undefined;
  }

  const { schema, identifier } = table.table;
  const isHidden = softDeletableTables.has(identifier.name) && (schema || !ctes.includes(identifier.name));

  return isHidden ? ((alias?.alias ?? identifier) as IdentifierNode).name : undefined;
}
