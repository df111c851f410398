import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOrm, type Orm, type OwnModel } from '../../../src/index.js';
import { type Outcome, root, run } from '../../support/command.js';
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
  /** Runs `npx mikro-orm` with these arguments, as a package above is told to set it up. */
  mikroOrm(...args: string[]): Promise<Outcome>;
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

/** The configuration lies beside the folder, so that a test finds nothing there but migrations and their snapshot. */
async function mikroOrm(url: string, folder: string, args: string[]): Promise<Outcome> {
  const config = `${folder}.config.mjs`;
  const cliOptions = JSON.stringify(join(root, 'src/local/cli-options.ts'));
  const own = JSON.stringify({ migrations: { path: folder } });
  await writeFile(config, `import { cliOptions } from ${cliOptions};\nexport default () => cliOptions(${own});\n`);

  try {
    return await run('npx', ['mikro-orm', ...args, '--config', config], {
      DB_METHOD: 'LOCAL_PROXY',
      DATABASE_URL_LOCAL_PROXY: url,
    });
  } finally {
    await rm(config);
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
          mikroOrm: (...args) => mikroOrm(url, folder, args),
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
