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
  orm: Orm;
  url: string;
  folder: string;
  /** Another ORM on the same database and folder, as another process would have. It is closed with the test. */
  open(options?: OwnModel & { url?: string; poolSize?: number }): Orm;
  /** Writes files of migrations, each named `Migration<instant>_<name>`. */
  write(migrations: Bodies): Promise<void>;
  remove(name: string): Promise<void>;
}

/** A file's name and its ending, from the name of a migration. */
const fileOf = (folder: string, name: string): string => join(folder, `${name}.js`);

/** Runs `work` as a package above this one that has these migrations. */
export async function withOwnPackage(
  migrations: Bodies,
  work: (own: OwnPackage) => Promise<void>,
  model: OwnModel = {},
): Promise<void> {
  await withEmptyDatabase(async (_orm, url) => {
    // Inside of this package, so that the files find MikroORM.
    const folder = await mkdtemp(join(root, 'node_modules/.own-migrations-'));
    const opened: Orm[] = [];
    const own: OwnPackage = {
      url,
      folder,
      open: ({ url: other = url, poolSize = 3, ...options } = {}) => {
        const settings = { ...model.migrations, ...options.migrations, path: folder };
        const orm = createOrm({
          method: 'LOCAL_PROXY',
          url: other,
          poolSize,
          ...model,
          ...options,
          migrations: settings,
        });
        orm.config.get('migrations').silent = true;
        opened.push(orm);
        return orm;
      },
      write: async (files) => {
        for (const [name, body] of Object.entries(files)) {
          const source = `import { Migration } from '@mikro-orm/migrations';\nexport class ${name} extends Migration {\n  ${body}\n}\n`;
          await writeFile(fileOf(folder, name), source);
        }
      },
      remove: (name) => rm(fileOf(folder, name)),
      get orm() {
        opened[0] ?? own.open();
        return opened[0]!;
      },
    };

    try {
      await own.write(migrations);
      await work(own);
    } finally {
      await Promise.allSettled(opened.map((orm) => orm.close()));
      await rm(folder, { recursive: true, force: true });
    }
  });
}
