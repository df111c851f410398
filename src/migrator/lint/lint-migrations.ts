import { controlsTransaction, normalized } from '../normalized.js';
import type { RecordedMigration } from '../recorded-migration.js';
import { isRerunnable } from '../rerunnable.js';
import { ownFindings } from './own-rules.js';
import { runSquawk } from './squawk.js';

/** A rule that a migration breaks. */
export interface LintFinding {
  migration: string;
  rule: string;
  /** The beginning of the statement, up to its first value. */
  statement: string;
  message: string;
  /** What to do in its place. */
  help: string;
  /** Why the migration may do so all the same, in its own words. Without one it is refused. */
  because: string | undefined;
}

/** A statement, and the lines that it has in the text for squawk. */
interface Placed {
  migration: RecordedMigration;
  sql: string;
  first: number;
  last: number;
}

/**
 * Looks for what would hold up or break those who use the database while the migrations run.
 *
 * What a migration does to a table that it, or one before it in the list, has made, holds nobody up.
 */
export async function lintMigrations(migrations: readonly RecordedMigration[]): Promise<LintFinding[]> {
  const { text, placed } = layOut(migrations);
  const bySquawk = (await runSquawk(text)).flatMap(({ line, rule_name, message, help }) => {
    const at = placed.find(({ first, last }) => first <= line && line <= last);
    return at && !(rule_name === 'require-concurrent-index-deletion' && dropsOwnIndex(at, placed))
      ? finding(at, rule_name, message, help ?? '')
      : [];
  });
  const byUs = placed.flatMap((at) => [
    ...ownFindings(at.sql).map(({ name, message, help }) => finding(at, name, message, help)),
    ...(controlsTransaction(at.sql) ? [finding(at, ...transactionControl)] : []),
    ...(at.migration.isTransactional || isRerunnable(at.sql) ? [] : [finding(at, ...notRerunnable)]),
  ]);
  const unreadable = migrations
    .filter(({ isComplete }) => !isComplete)
    .map((migration) => finding({ migration, sql: '' }, ...notReadable));
  const order = new Map(migrations.map(({ name }, index) => [name, index]));

  return [...bySquawk, ...byUs, ...unreadable].sort(
    (one, other) => order.get(one.migration)! - order.get(other.migration)!,
  );
}

const transactionControl = [
  'ban-transaction-control',
  'It ends the transaction of the migration, and with it what makes the migration whole. It is not run, whatever the reason.',
  'Leave it out: each migration has a transaction of its own.',
] as const;

const notRerunnable = [
  'not-rerunnable',
  'It runs outside of a transaction: a run that is killed leaves it done, and the next one does it again.',
  'Move it to a migration with a transaction, or write it with "if not exists" or "if exists".',
] as const;

const notReadable = [
  'not-readable',
  'Its SQL depends on what the database answers, so this lint does not see all of it.',
  'Write what changes tables by addSql, in a migration of its own.',
] as const;

/**
 * Whether an index is dropped that was made before, in the list, and not concurrently: on a table that the list has made.
 * Squawk does not know the table of an index that is dropped.
 */
function dropsOwnIndex({ sql, first }: Placed, placed: Placed[]): boolean {
  const dropped = /^drop index (?:if exists )?(\S+)$/i.exec(normalized(sql))?.[1];

  return placed.some(
    (earlier) =>
      earlier.first < first && /^create (?:unique )?index (\S+) on /i.exec(normalized(earlier.sql))?.[1] === dropped,
  );
}

/** All statements, a transaction where there is one. */
function layOut(migrations: readonly RecordedMigration[]): { text: string; placed: Placed[] } {
  const lines: string[] = [];
  const placed: Placed[] = [];

  for (const migration of migrations) {
    migration.isTransactional && lines.push('begin;');

    for (const sql of migration.statements) {
      const own = `${normalized(sql)};`.split('\n');
      placed.push({ migration, sql, first: lines.length, last: lines.length + own.length - 1 });
      lines.push(...own);
    }

    migration.isTransactional && lines.push('commit;');
  }

  return { text: lines.join('\n'), placed };
}

function finding(
  { migration, sql }: Pick<Placed, 'migration' | 'sql'>,
  rule: string,
  message: string,
  help: string,
): LintFinding {
  return {
    migration: migration.name,
    rule,
    statement: normalized(sql).split("'")[0]!.slice(0, 70).trim(),
    message,
    help,
    because: migration.safety.because?.[rule]?.trim() || undefined,
  };
}
