import {
  type BinaryOperationNode,
  ColumnNode,
  type ColumnUpdateNode,
  type InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  PrimitiveValueListNode,
  type QueryId,
  ReferenceNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely';
import { jsonColumns } from './columns.js';

/**
 * Sends arrays and objects as JSON where a query writes them to a JSON column, or compares them with one.
 *
 * Anywhere else an array stays an array of PostgreSQL. It expects names as they are in the database.
 */
export const jsonColumnsPlugin: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => new JsonColumns().transformNode(node, queryId),
  transformResult: async ({ result }) => result,
};

/** Operators between two values of JSON. Others, such as `?|`, take text or arrays of it on the right. */
const betweenJson = new Set<unknown>([
  ...['=', '!=', '<>', '<', '<=', '>', '>=', 'is distinct from', 'is not distinct from', '@>', '<@', '||'],
]);

/** Operators whose right side is a list of values. */
const withList = new Set<unknown>(['in', 'not in']);

class JsonColumns extends OperationNodeTransformer {
  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    const query = super.transformInsertQuery(node, queryId);
    const isJson = query.columns?.map(isJsonColumn) ?? [];

    return query.values && ValuesNode.is(query.values) && isJson.includes(true)
      ? {
          ...query,
          values: ValuesNode.create(query.values.values.map((row) => mapList(row, (index) => isJson[index]))),
        }
      : query;
  }

  protected override transformColumnUpdate(node: ColumnUpdateNode, queryId?: QueryId): ColumnUpdateNode {
    const update = super.transformColumnUpdate(node, queryId);
    return isJsonColumn(update.column) ? { ...update, value: toJson(update.value) } : update;
  }

  protected override transformBinaryOperation(node: BinaryOperationNode, queryId?: QueryId): BinaryOperationNode {
    const operation = super.transformBinaryOperation(node, queryId);
    const { leftOperand, rightOperand } = operation;
    const operator = OperatorNode.is(operation.operator) && operation.operator.operator;

    if (isJsonColumn(leftOperand) && withList.has(operator)) {
      return { ...operation, rightOperand: mapList(rightOperand, () => true) };
    }

    const isJson = betweenJson.has(operator) && (isJsonColumn(leftOperand) || isJsonColumn(rightOperand));

    return isJson ? { ...operation, leftOperand: toJson(leftOperand), rightOperand: toJson(rightOperand) } : operation;
  }
}

function isJsonColumn(node: OperationNode): boolean {
  const column = ReferenceNode.is(node) ? node.column : node;
  return ColumnNode.is(column) && jsonColumns.has(column.column.name);
}

/** One value. Kysely takes an array that is compared for a list. */
function toJson(node: OperationNode): OperationNode {
  return PrimitiveValueListNode.is(node)
    ? ValueNode.create(stringify(node.values))
    : ValueNode.is(node)
      ? ({ ...node, value: stringify(node.value) } as ValueNode)
      : node;
}

/** A row to insert, or the values of an `in`. */
function mapList<List extends OperationNode>(list: List, isJson: (index: number) => boolean | undefined): List {
  const mapped = PrimitiveValueListNode.is(list)
    ? PrimitiveValueListNode.create(list.values.map((value, index) => (isJson(index) ? stringify(value) : value)))
    : ValueListNode.is(list)
      ? ValueListNode.create(list.values.map((node, index) => (isJson(index) ? toJson(node) : node)))
      : list;

  return mapped as OperationNode as List;
}

/** Text stays as it is, so that nothing is converted twice where one query is part of another. */
const stringify = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
