import { Migrator } from '@mikro-orm/migrations';
import type { DatabaseSchema, EntityManager } from '@mikro-orm/sql';
import type { Folders } from './history.js';
import { isOurTable } from './our-tables.js';

/** MikroORM's migrator with a snapshot that has, for a package above, that package's tables alone. */
export class OwnTablesMigrator extends Migrator {
  /** The folders of all migrations of the history. */
  readonly folders: Folders;

  constructor(em: EntityManager, folders: Folders) {
    super(em);
    this.folders = folders;
  }

  /** Whether the entities have changed since the snapshot was written; `undefined` without one. Needs no database. */
  async isSnapshotStale(): Promise<boolean | undefined> {
    await this.initPaths();
    return (await this.getSchemaFromSnapshot()) ? this.checkSchema() : undefined;
  }

  /** For a package above: its snapshot has its own tables alone, and those of this package are as the entities say. */
  protected override async getSchemaFromSnapshot(): Promise<DatabaseSchema | undefined> {
    const own = await super.getSchemaFromSnapshot();

    if (!this.#hasOwnFolder) {
      return own;
    }

    const schema = this.#targetSchema();
    const isOurs = isOurTable(this.em);
    schema.setTables([
      ...schema.getTables().filter(isOurs),
      ...(own?.getTables() ?? []).filter((each) => !isOurs(each)),
    ]);
    schema.setNamespaces(new Set([schema.name, ...(own?.getNamespaces() ?? [])]));

    return schema;
  }

  protected override async storeCurrentSchema(schema = this.#targetSchema()): Promise<void> {
    const isOurs = isOurTable(this.em);
    this.#hasOwnFolder && schema.setTables(schema.getTables().filter((table) => !isOurs(table)));

    await super.storeCurrentSchema(schema);
  }

  #targetSchema(): DatabaseSchema {
    const generator = this.em.getPlatform().getSchemaGenerator(this.driver, this.em);
    return (generator as { getTargetSchema(): DatabaseSchema }).getTargetSchema();
  }

  get #hasOwnFolder(): boolean {
    return this.folders[1] !== undefined;
  }
}
