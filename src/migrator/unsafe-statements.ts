import { MigrationRefusedError } from '../errors/database-error.js';
import { controlsTransaction, normalized } from './normalized.js';
import type { RecordedMigration } from './recorded-migration.js';
import { isRerunnable } from './rerunnable.js';
import type { MigrationSafety } from './safety.js';

/** Statements of a migration after which a run that is killed could not be completed. */
export function findUnsafe({ name, isTransactional, statements, safety }: RecordedMigration): string[] {
  return isTransactional
    ? statements
        .filter(controlsTransaction)
        .map((sql) => `${name} ends its own transaction: ${shortened(sql)}. Leave that out: it has one of its own.`)
    : findNotRerunnable(name, statements, safety);
}

/** @throws {MigrationRefusedError} for statements that must not run twice, unless the migration says why they may. */
export function refuseNotRerunnable(statements: string[], safety: MigrationSafety): void {
  const findings = findNotRerunnable('The migration', statements, safety);

  if (findings.length > 0) {
    throw new MigrationRefusedError(findings);
  }
}

function findNotRerunnable(name: string, statements: string[], { because }: MigrationSafety): string[] {
  return because?.['not-rerunnable']?.trim()
    ? []
    : statements
        .filter((sql) => !isRerunnable(sql))
        .map(
          (sql) =>
            `${name} runs outside of a transaction, and this statement must not run twice: ${shortened(sql)}. Move it to a migration with a transaction, or write it with "if not exists" or "if exists".`,
        );
}

/** The words of a statement up to its first value. */
const shortened = (sql: string): string => normalized(sql).split("'")[0]!.slice(0, 60).trim();
