import { type OperationNode, OperationNodeTransformer, type QueryId, type WithNode } from 'kysely';

/** For one query only, because it knows which names mean a CTE at the node that it is transforming. */
export abstract class CteNamesTransformer extends OperationNodeTransformer {
  /** The names that mean a CTE here, and not a table. */
  protected ctes: readonly string[] = [];

  protected override transformNodeImpl<Node extends OperationNode>(node: Node, queryId?: QueryId): Node {
    const { with: ctes } = node as { with?: WithNode };

    if (!ctes) {
      return super.transformNodeImpl(node, queryId);
    }

    const outside = this.ctes;
    // First, since it brings the CTEs into scope.
    const transformedCtes = this.transformNode(ctes, queryId);
    const query = super.transformNodeImpl({ ...node, with: undefined }, queryId);
    this.ctes = outside;

    return { ...query, with: transformedCtes };
  }

  /** A CTE is known to those after it; a recursive one to all. */
  protected override transformWith(node: WithNode, queryId?: QueryId): WithNode {
    const outside = this.ctes;
    const names = node.expressions.map(({ name }) => name.table.table.identifier.name);

    const expressions = node.expressions.map((expression, index) => {
      this.ctes = [...outside, ...(node.recursive ? names : names.slice(0, index))];
      return this.transformNode(expression, queryId);
    });
    this.ctes = [...outside, ...names];

    return { ...node, expressions };
  }
}
