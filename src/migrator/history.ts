import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fs } from '@mikro-orm/core/fs-utils';
import { ConfigurationError } from '../errors/database-error.js';

/** The folders of migrations: this package's, then that of the package above it, if it has one. */
export type Folders = readonly [ours: string, own?: string];

/** A migration as it lies in its folder. */
export interface MigrationFile {
  /** Its name in the history: that of the file, without its ending. */
  name: string;
  path: string;
  folder: string;
}

/** @throws {ConfigurationError} if the package above names a folder that is not there. */
export function foldersOf(ours: string, own: string | URL | undefined): Folders {
  if (own === undefined) {
    return [ours];
  }

  const path = String(own).startsWith('file:') ? fileURLToPath(own) : String(own);

  if (!existsSync(path)) {
    throw new ConfigurationError(
      'migrations.path',
      `migrations.path names a folder that does not exist: ${path}. Make it, or correct the path.`,
    );
  }

  return [ours, path];
}

/**
 * All migrations of all folders in one history: in the order of their names, which begin with the instant of their making.
 *
 * @throws {ConfigurationError} if two folders have one of the same name.
 */
export function readHistory(folders: Folders, pattern: string): MigrationFile[] {
  const files = folders.flatMap((folder) =>
    folder === undefined
      ? []
      : fs.glob(fs.normalizePath(fs.absolutePath(folder), pattern)).map((path) => ({
          name: basename(path).replace(/\.\w+$/, ''),
          path,
          folder,
        })),
  );
  const history = files.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const double = history.find(({ name }, index) => history[index + 1]?.name === name);

  if (double) {
    throw new ConfigurationError('migrations.path', `There are two migrations ${double.name}. Rename the later one.`);
  }

  return history;
}
