import { parseArgs } from 'node:util';
import { MikroORM } from '@mikro-orm/sql';
import { InvalidArgumentError } from '../errors/database-error.js';
import { type LintFinding, lintMigrations } from '../migrator/lint/lint-migrations.js';
import type { SafeMigrator } from '../migrator/safe-migrator.js';
import { createOrm, type Orm, type OwnModel } from '../orm/create-orm.js';
import { cliOptions } from './cli-options.js';
import { textTable } from './text-table.js';

/**
 * What `npm run db:lint` does: reads the SQL that pending migrations would run, and refuses what would hold up or break
 * those who use the database meanwhile. Prints what it finds, or why it could not look, and sets the exit code. Changes
 * nothing.
 *
 * Without arguments it asks the database that the environment chooses what is pending. With `--after <name>` it takes the
 * migrations after that one, with `--all` all, and needs no database.
 *
 * @param own what a package above this one adds to the model and to its history, as for `createOrm`.
 */
export async function lintCommand(own: OwnModel = {}, args: string[] = process.argv.slice(2)): Promise<void> {
  try {
    process.exitCode = (await lint(own, args)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** @returns whether nothing is refused. */
async function lint(own: OwnModel, args: string[]): Promise<boolean> {
  const { values } = parseArgs({ args, options: { all: { type: 'boolean' }, after: { type: 'string' } } });
  const isOffline = values.all || values.after !== undefined;
  const orm: Pick<Orm, 'migrator' | 'close'> = isOffline
    ? createOrm({ ...own, method: 'LOCAL_PROXY', url: 'postgresql://nobody@127.0.0.1/none' })
    : new MikroORM(await cliOptions(own));

  try {
    const migrator = orm.migrator as unknown as SafeMigrator;
    const recorded = await migrator.record();
    const applied = isOffline ? namesUpTo(recorded, values.after) : await migrator.findApplied();
    const pending = recorded.filter(({ name }) => !applied.includes(name));
    const findings = await lintMigrations(pending);

    console.log(`${pending.length} ${pending.length === 1 ? 'migration' : 'migrations'} read.`);
    findings.length > 0 && console.log(report(findings));
    return findings.every(({ because }) => because);
  } finally {
    await orm.close();
  }
}

function namesUpTo(migrations: { name: string }[], last: string | undefined): string[] {
  const index = migrations.findIndex(({ name }) => name === last);

  if (last !== undefined && index < 0) {
    throw new InvalidArgumentError('after', `There is no migration ${last}. Give a file's name without its ending.`);
  }

  return migrations.slice(0, index + 1).map(({ name }) => name);
}

function report(findings: LintFinding[]): string {
  const refused = findings.filter(({ because }) => !because);
  const rows = findings.map(({ migration, rule, statement, because }) => [
    because ? 'allowed' : 'refused',
    migration,
    rule,
    because ? `because: ${because}` : statement,
  ]);
  const rules = new Map(refused.map(({ rule, message, help }) => [rule, `- ${rule}: ${message} ${help}`.trim()]));
  const wayOut = `Or let the migration say why: readonly safety = { because: { '${refused[0]?.rule}': '…' } };`;

  return [
    '',
    textTable(['result', 'migration', 'rule', 'statement'], rows),
    ...(rules.size > 0 ? ['', ...rules.values(), '', wayOut] : []),
  ].join('\n');
}
