import type { Transaction } from '@mikro-orm/core';
import { MigrationStorage } from '@mikro-orm/migrations';
import { findPostgresError } from '../errors/sqlstate.js';

/** A migration that the database has. */
export interface AppliedMigration {
  name: string;
  /** `null` until the first run that knows it. */
  checksum: string | null;
}

/** MikroORM's table of applied migrations, with a column for what each of them did. */
export class ChecksumStorage extends MigrationStorage {
  /** What is stored with a migration that is logged, by its name. */
  checksums: ReadonlyMap<string, string | undefined> = new Map();
  #connection: Transaction | undefined;
  #isReady = false;

  override setMasterMigration(connection: Transaction): void {
    this.#connection = connection;
    super.setMasterMigration(connection);
  }

  override unsetMasterMigration(): void {
    this.#connection = undefined;
    super.unsetMasterMigration();
  }

  override setRunSchema(schema?: string): void {
    this.#isReady = false;
    super.setRunSchema(schema);
  }

  override unsetRunSchema(): void {
    this.#isReady = false;
    super.unsetRunSchema();
  }

  /** Another process may make the same at the same time. */
  override async ensureTable(): Promise<void> {
    if (this.#isReady) {
      return;
    }

    try {
      await this.#prepare();
    } catch (error) {
      if (!madeByAnother.includes(findPostgresError(error)?.code ?? '')) {
        throw error;
      }

      await this.#prepare();
    }

    this.#isReady = true;
  }

  async #prepare(): Promise<void> {
    await super.ensureTable();
    const [column] = await this.#execute(
      `select from pg_attribute where attrelid = to_regclass(?) and attname = 'checksum' and not attisdropped`,
      [this.#table],
    );
    column || (await this.#execute(`alter table ${this.#table} add column if not exists checksum text`));
  }

  /** The names of what is applied, where the table may not be there, and is not made. */
  async findApplied(): Promise<string[]> {
    const [table] = await this.#execute(`select where to_regclass(?) is not null`, [this.#table]);
    return table
      ? (await this.#execute<AppliedMigration>(`select name from ${this.#table}`)).map(({ name }) => name)
      : [];
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

/** The table, its sequence, its row type or its column is there by now. */
const madeByAnother = ['42P07', '42701', '42710', '23505'];
