import type { AppliedMigration } from './checksum-storage.js';
import type { RecordedMigration } from './recorded-migration.js';

/** Migrations that the database has, and no file is left of. */
export function findMissing(files: RecordedMigration[], applied: AppliedMigration[]): string[] {
  const known = new Set(files.map(({ name }) => name));

  return applied
    .filter(({ name }) => !known.has(name))
    .map(
      ({ name }) =>
        `${name} was applied, and its file is missing. Bring the file back, or forget the migration, whose changes stay: npx mikro-orm migration:unlog --name ${name}`,
    );
}

/** Migrations whose files would do something else by now than they did when they were applied. */
export function findChanged(files: RecordedMigration[], applied: AppliedMigration[]): string[] {
  const checksums = new Map(files.map(({ name, checksum }) => [name, checksum]));

  return applied
    .filter(({ name, checksum }) => checksum && checksums.has(name) && checksums.get(name) !== checksum)
    .map(
      ({ name }) =>
        `${name} was applied, and its SQL has changed since. Bring the file back and write a new migration, or accept the file as it is, without running it: npx mikro-orm migration:log --name ${name}`,
    );
}

/**
 * Pending migrations that other databases run before one that this database has already.
 *
 * Each folder is looked at by itself: a release of this package may bring migrations that are older than the last one of
 * the package above it.
 *
 * @param chosen those that the caller asked for by name.
 */
export function findLate(files: RecordedMigration[], applied: AppliedMigration[], chosen: string[]): string[] {
  const names = new Set(applied.map(({ name }) => name));

  return files
    .filter(({ name }) => !names.has(name) && !chosen.includes(name))
    .flatMap(({ name, folder }) => {
      const last = files.findLast((file) => file.folder === folder && names.has(file.name));

      return last && name < last.name
        ? `${name} is pending, and older than ${last.name}, which was applied. Rename its file and class to a later instant, or, if their order does not matter, run it by its name: npx mikro-orm migration:up --only ${name}`
        : [];
    });
}
