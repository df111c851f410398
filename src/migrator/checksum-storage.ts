import type { Transaction } from '@mikro-orm/core';
import { type MigrationRow, MigrationStorage } from '@mikro-orm/migrations';

/** A migration that the database has. */
export interface AppliedMigration {
  name: string;
  /** `null` until the first run that knows it. */
  checksum: string | null;
}

/**
 * MikroORM's table of applied migrations, with a column for what each of them did.
 *
 * It is made by a run, which has the connection with the lock. Whoever only asks does without it.
 */
export class ChecksumStorage extends MigrationStorage {
  /** What is stored with a migration that is logged, by its name. */
  checksums: ReadonlyMap<string, string | undefined> = new Map();
  #connection: Transaction | undefined;
  #schema: string | undefined;
  /** The table that this run knows to be there, and whole. */
  #ready: string | undefined;

  override setMasterMigration(connection: Transaction): void {
    this.#connection = connection;
    super.setMasterMigration(connection);
  }

  override unsetMasterMigration(): void {
    this.#connection = undefined;
    this.#ready = undefined;
    super.unsetMasterMigration();
  }

  override setRunSchema(schema?: string): void {
    this.#schema = schema;
    super.setRunSchema(schema);
  }

  override unsetRunSchema(): void {
    this.#schema = undefined;
    super.unsetRunSchema();
  }

  /** Outside of a run, this asks whether the table is there, and makes nothing. */
  override async ensureTable(): Promise<void> {
    if (this.#ready === this.#table) {
      return;
    }

    const isThere = await this.#isThere();

    if (!this.#connection) {
      return;
    }

    isThere || (await this.#make(this.#connection));
    const [column] = await this.#execute(
      `select from pg_attribute where attrelid = to_regclass(?) and attname = 'checksum' and not attisdropped`,
      [this.#table],
    );
    column || (await this.#execute(`alter table ${this.#table} add column checksum text`));
    this.#ready = this.#table;
  }

  override async getExecutedMigrations(): Promise<MigrationRow[]> {
    return (await this.#isThere()) ? super.getExecutedMigrations() : [];
  }

  async applied(): Promise<AppliedMigration[]> {
    await this.ensureTable();
    return this.#execute<AppliedMigration>(`select name, checksum from ${this.#table} order by id`);
  }

  /** Notes a migration as applied or, if it is so already, accepts its file as it is by now. */
  override async logMigration(migration: { name: string }, transaction?: Transaction): Promise<void> {
    await this.ensureTable();
    const name = this.getMigrationName(migration.name);
    const [known] = await this.#execute(`select from ${this.#table} where name = ?`, [name], transaction);
    known || (await super.logMigration(migration, transaction));
    await this.setChecksum(name, this.checksums.get(name), transaction);
  }

  async setChecksum(name: string, checksum: string | undefined, transaction?: Transaction): Promise<void> {
    await this.#execute(`update ${this.#table} set checksum = ? where name = ?`, [checksum ?? null, name], transaction);
  }

  /** By another storage, since MikroORM's does not make a table again that was dropped. */
  async #make(connection: Transaction): Promise<void> {
    const storage = new MigrationStorage(this.driver, this.options);
    storage.setMasterMigration(connection);
    storage.setRunSchema(this.#schema);
    await storage.ensureTable();
  }

  async #isThere(): Promise<boolean> {
    const [table] = await this.#execute(`select where to_regclass(?) is not null`, [this.#table]);
    return table !== undefined;
  }

  get #table(): string {
    const { tableName, schemaName } = this.getTableName();
    const platform = this.driver.getPlatform();
    return [schemaName, tableName]
      .filter(Boolean)
      .map((part) => platform.quoteIdentifier(part))
      .join('.');
  }

  async #execute<Row extends object>(sql: string, params: unknown[] = [], transaction = this.#connection) {
    return this.driver.getConnection().execute<Row[]>(sql, params, 'all', transaction);
  }
}
