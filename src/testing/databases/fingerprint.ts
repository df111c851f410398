import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { hash } from './names.js';

/** Grows with what the harness itself puts into a template. */
const harnessVersion = 1;

/** Names what a template is made of: the same text for the same migrations, sentinels and PostgreSQL version. */
export async function fingerprint(orm: MikroORM<any, any, any>, parts: string[]): Promise<string> {
  const { path, pathTs, migrationsList = [] } = orm.config.get('migrations');
  const base = orm.config.get('baseDir');
  const folders = [...new Set([path, pathTs])]
    .filter((folder) => folder !== undefined)
    .map((folder) => (isAbsolute(folder) ? folder : join(base, folder)));
  const files = (await Promise.all(folders.map(readFolder))).flat();
  const listed = migrationsList.map((migration) =>
    typeof migration === 'function' ? String(migration) : `${migration.name}\n${migration.class}`,
  );

  return hash(JSON.stringify([harnessVersion, parts, files, listed])).slice(0, 12);
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
