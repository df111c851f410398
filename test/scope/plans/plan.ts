/** What PostgreSQL says of one step of a statement that it has run. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Sort Key'?: string[];
  Plans?: PlanNode[];
}

/** As `explain (analyze, format json)` gives it. */
export type ExplainRow = { 'QUERY PLAN': [{ Plan: PlanNode }] };

export const explain = (sql: string): string => `explain (analyze, timing off, format json) ${sql}`;

/** How a statement went through the tables. */
export interface Reading {
  /** The tables that were read from one end to the other. */
  sequential: string[];
  /** The indexes that were used. */
  indexes: string[];
  /** The most rows that were looked at in one table. */
  rows: number;
  isSorted: boolean;
}

export function readPlan([row]: ExplainRow[]): Reading {
  const nodes = flatten(row!['QUERY PLAN'][0].Plan);
  const byTable = new Map<string, number>();

  for (const node of nodes) {
    const table = node['Relation Name'] ?? '';
    const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    const looked = table.length > 0 ? (node['Actual Rows'] + removed) * node['Actual Loops'] : 0;
    byTable.set(table, (byTable.get(table) ?? 0) + looked);
  }

  return {
    sequential: nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? []) : [])),
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
    rows: Math.max(...byTable.values()),
    isSorted: nodes.some((node) => node['Node Type'].endsWith('Sort')),
  };
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
