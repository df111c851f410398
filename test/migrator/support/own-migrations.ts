import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOrm, type Orm, type OwnModel } from '../../../src/index.js';
import { root } from '../../support/command.js';
import { withEmptyDatabase } from '../../support/empty-database.js';

/** The body of a migration's class: its `up()`, and what else it has. */
export type Bodies = Record<string, string>;

/** What `up()` looks like that adds these statements. */
export const up = (...statements: string[]): string =>
  `up() {\n${statements.map((sql) => `    this.addSql(${JSON.stringify(sql)});`).join('\n')}\n  }`;

/** What makes a migration run outside of a transaction. */
export const outside = 'isTransactional() { return false; }';

/** A package above this one: a database with nothing in it, and a folder of migrations of its own. */
export interface OwnPackage {
  /** The first ORM that was opened. */
  orm: Orm;
  url: string;
  folder: string;
  /** Another ORM on the same database and folder, as another process would have. It is closed with the test. */
  open(options?: OwnModel & { poolSize?: number }): Orm;
  /** Writes files of migrations, each named `Migration<instant>_<name>`. */
  write(migrations: Bodies): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Runs `work` with a folder of these migrations, inside of this package, so that the files find MikroORM. */
export async function withOwnFolder<Result>(
  migrations: Bodies,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(root, 'node_modules/.own-migrations-'));

  try {
    await writeAll(folder, migrations);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeAll(folder: string, migrations: Bodies): Promise<void> {
  for (const [name, body] of Object.entries(migrations)) {
    const source = `import { Migration } from '@mikro-orm/migrations';\nexport class ${name} extends Migration {\n  ${body}\n}\n`;
    await writeFile(join(folder, `${name}.js`), source);
  }
}

/** Runs `work` as a package above this one that has these migrations. */
export async function withOwnPackage(
  migrations: Bodies,
  work: (own: OwnPackage) => Promise<void>,
  model: OwnModel = {},
): Promise<void> {
  await withOwnFolder(migrations, (folder) =>
    withEmptyDatabase(async (_orm, url) => {
      const opened: Orm[] = [];
      const open: OwnPackage['open'] = ({ poolSize = 3, ...options } = {}) => {
        const settings = { ...model.migrations, ...options.migrations, path: folder };
        const orm = createOrm({ method: 'LOCAL_PROXY', url, poolSize, ...model, ...options, migrations: settings });
        orm.config.get('migrations').silent = true;
        opened.push(orm);
        return orm;
      };

      try {
        await work({
          orm: open(),
          url,
          folder,
          open,
          write: (files) => writeAll(folder, files),
          remove: (name) => rm(join(folder, `${name}.js`)),
        });
      } finally {
        await Promise.allSettled(opened.map((orm) => orm.close()));
      }
    }),
  );
}

/** What the migrator says from now on, line by line. */
export function listen(orm: Orm): string[] {
  const lines: string[] = [];
  orm.config.get('migrations').silent = false;
  orm.config.getLogger().log = (namespace, line) => {
    namespace === 'migrator' && lines.push(line);
  };

  return lines;
}
