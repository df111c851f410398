import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { ConfigurationError } from '../../errors/database-error.js';

/** What squawk says of a line of SQL. */
export interface SquawkFinding {
  /** From 0 on. */
  line: number;
  rule_name: string;
  message: string;
  help: string | null;
}

/** Rules of taste, and those that the migrator keeps by itself. */
const ignored = new Set([
  'ban-char-field',
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-repack',
  'prefer-robust-stmts',
  'prefer-text-field',
  'prefer-timestamp-tz',
  'require-enum-value-ordering',
  'require-lock-timeout',
  'require-statement-timeout',
  'require-timeout-settings',
  'transaction-nesting',
]);

/**
 * Asks squawk what is wrong with SQL that runs while the tables are in use.
 *
 * @throws {ConfigurationError} if squawk is not installed.
 */
export async function runSquawk(sql: string): Promise<SquawkFinding[]> {
  const output = await new Promise<string>((resolve, reject) => {
    // Not in the working folder, where a file with settings could switch rules off without a reason.
    const args = [findSquawk(), '--reporter', 'json', '--pg-version', '15.0'];
    const child = execFile(process.execPath, args, { cwd: tmpdir(), maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      stdout.trim() || !error
        ? resolve(stdout)
        : reject(new Error(`squawk failed: ${stderr.trim()}`, { cause: error })),
    );
    child.stdin?.end(sql);
  });
  const findings = JSON.parse(output || '[]') as SquawkFinding[];

  return findings.filter(({ rule_name }) => !ignored.has(rule_name));
}

function findSquawk(): string {
  try {
    return createRequire(import.meta.url).resolve('squawk-cli/js/bin/squawk');
  } catch {
    throw new ConfigurationError(
      'squawk-cli',
      'The lint of migrations needs squawk-cli: npm install --save-dev squawk-cli@2.66.0',
    );
  }
}
