import type { MikroORM } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import type { AbstractSqlDriver, DatabaseSchema, EntityManager as SqlEntityManager } from '@mikro-orm/sql';
import type { Transport } from '../orm/transport.js';
import { type Folders, readHistory } from './history.js';
import type { MigrationOptions } from './migration-options.js';
import { BaseSnapshot } from './own-snapshot.js';

/** What makes `orm.migrator` and `npx mikro-orm migration:…` safe. */
export function safeMigrator(folders: Folders, _options: MigrationOptions, _transport: Transport) {
  return {
    register: (orm: MikroORM) =>
      orm.config.registerExtension(
        '@mikro-orm/migrator',
        () => new SafeMigrator(orm.em as unknown as SqlEntityManager, folders),
      ),
  };
}

class SafeMigrator extends Migrator {
  readonly #folders: Folders;
  readonly #base: BaseSnapshot | undefined;

  constructor(em: SqlEntityManager, folders: Folders) {
    super(em);
    this.#folders = folders;
    this.#base = folders[1] === undefined ? undefined : new BaseSnapshot(em, folders[0]);
  }

  protected override async discoverMigrations() {
    return readHistory(this.#folders, this.options.glob!).map((file) => this.resolve(file));
  }

  protected override async getSchemaFromSnapshot(): Promise<DatabaseSchema | undefined> {
    const own = await super.getSchemaFromSnapshot();
    return this.#base ? this.#base.mergeWith(own) : own;
  }

  protected override async storeCurrentSchema(schema?: DatabaseSchema): Promise<void> {
    const generator = this.em.getPlatform().getSchemaGenerator(this.driver as AbstractSqlDriver, this.em);
    const current = schema ?? (generator as { getTargetSchema(): DatabaseSchema }).getTargetSchema();
    this.#base && current.setTables(await this.#base.withoutOurs(current.getTables()));

    await super.storeCurrentSchema(current);
  }
}
