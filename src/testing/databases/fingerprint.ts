import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { SafeMigrator } from '../../migrator/safe-migrator.js';
import { hash } from './names.js';

/** Grows with what the harness itself puts into a template. */
const harnessVersion = 1;

/**
 * Names what a template is made of: the same text for the same migrations, reference data, sentinels and PostgreSQL
 * version.
 */
export async function fingerprint(orm: MikroORM<any, any, any>, parts: string[]): Promise<string> {
  const { migrationsList = [] } = orm.config.get('migrations');
  const files = (await Promise.all(foldersOf(orm).map(readFolder))).flat();
  const listed = migrationsList.map((migration) =>
    typeof migration === 'function' ? String(migration) : `${migration.name}\n${migration.class}`,
  );

  return hash(JSON.stringify([harnessVersion, parts, files, listed, String(referenceDataOf(orm))])).slice(0, 12);
}

/** The step that writes the rows which every environment needs, of an ORM that this package has made. */
export function referenceDataOf({ migrator }: MikroORM<any, any, any>): unknown {
  return migrator instanceof SafeMigrator ? migrator.referenceData : undefined;
}

function foldersOf(orm: MikroORM<any, any, any>): string[] {
  if (orm.migrator instanceof SafeMigrator) {
    return orm.migrator.folders.filter((each) => each !== undefined);
  }

  const { path, pathTs } = orm.config.get('migrations');
  const base = orm.config.get('baseDir');

  return [...new Set([path, pathTs])]
    .filter((folder) => folder !== undefined)
    .map((folder) => (isAbsolute(folder) ? folder : join(base, folder)));
}

/** The names and contents of all files in a folder, in order. */
async function readFolder(folder: string): Promise<[name: string, contents: string][]> {
  if (!existsSync(folder)) {
    return [];
  }

  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

  return Promise.all(
    files
      .sort()
      .map(async (file): Promise<[string, string]> => [file.slice(folder.length), await readFile(file, 'utf8')]),
  );
}
