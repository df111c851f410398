import { type MigrateOptions, type MigrationInfo, type MikroORM, type Transaction, Utils } from '@mikro-orm/core';
import type { AbstractSqlDriver, EntityManager as SqlEntityManager } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import { InvalidArgumentError, MigrationRefusedError } from '../errors/database-error.js';
import type { EntityManager } from '../orm/entity-manager.js';
import type { Transport } from '../orm/transport.js';
import { attempt } from './attempts.js';
import { ChecksumStorage } from './checksum-storage.js';
import { checkDirect } from './direct-connection.js';
import { ensureDatabase } from './ensure-database.js';
import { findingsAgainst, type Method } from './findings-against.js';
import { type Folders, readHistory } from './history.js';
import type { MigrationOptions } from './migration-options.js';
import { withOneConnection } from './one-connection.js';
import { OwnTablesMigrator } from './own-tables-migrator.js';
import { type RecordedMigration, recordMigrations } from './recorded-migration.js';
import { releaseRunLock, takeRunLock } from './run-lock.js';
import { RunProgress } from './run-progress.js';
import { SafeRunner } from './safe-runner.js';
import { limitsOf } from './safety.js';

type Run = (done?: (transaction?: Transaction) => Promise<void>) => void | Promise<void>;
type RunnableMigration = { name: string; path?: string } & Record<Method, Run>;
type Requested = string | string[] | MigrateOptions | undefined;

const defaultRunLockTimeoutMs = 15 * 60_000;
const defaultAttempts = 6;

/** What makes `orm.migrator` and `npx mikro-orm migration:…` safe. */
export function safeMigrator(folders: Folders, options: MigrationOptions, transport: Transport) {
  return {
    // By this name MikroORM's command line knows that there is one, and leaves out its own.
    name: 'Migrator',
    register: (orm: MikroORM) =>
      orm.config.registerExtension(
        '@mikro-orm/migrator',
        () => new SafeMigrator(orm.em as unknown as SqlEntityManager, folders, options, transport),
      ),
  };
}

/** MikroORM's migrator, one run at a time, each migration by itself, over a history that does not change. */
export class SafeMigrator extends OwnTablesMigrator {
  declare protected runner: SafeRunner;
  declare protected storage: ChecksumStorage;
  readonly #own: MigrationOptions;
  readonly #transport: Transport;
  #progress = this.#startProgress();

  constructor(em: SqlEntityManager, folders: Folders, options: MigrationOptions, transport: Transport) {
    const settings = em.config.get('migrations');
    const { silent } = settings;
    // MikroORM's own lines do not say how long a migration took.
    settings.silent = true;
    super(em, folders);
    settings.silent = silent ?? false;
    this.#own = options;
    this.#transport = transport;
    this.on('migrating', (migration) => this.#progress.begin(migration));
    this.on('reverting', (migration) => this.#progress.begin(migration));
    this.on('migrated', (migration) => this.#progress.end(`Applied '${migration.name}'`, migration));
    this.on('reverted', (migration) => this.#progress.end(`Reverted '${migration.name}'`, migration));
  }

  /** Notes a migration as applied without running it. For one that is applied already: accepts its file as it is. */
  override async logMigration(name: string): Promise<void> {
    await this.#locked(async () => {
      await this.#record();
      await super.logMigration(name);
    });
  }

  override async unlogMigration(name: string): Promise<void> {
    await this.#locked(() => super.unlogMigration(name));
  }

  /** @throws {MigrationRefusedError} always. */
  override async rollup(): Promise<never> {
    throw new MigrationRefusedError([
      'Migrations are not rolled up into one: applied ones are frozen, and other databases have them under their names. Leave the files as they are, and write a new migration for what is to change: npx mikro-orm migration:create',
    ]);
  }

  /** What all migrations of the history would do. */
  async record(): Promise<RecordedMigration[]> {
    return recordMigrations(readHistory(this.folders, this.options.glob!), this.driver, this.config);
  }

  /** The names of all migrations of the history. Needs no database. */
  findNames(): string[] {
    return readHistory(this.folders, this.options.glob!).map(({ name }) => name);
  }

  /** The step that writes the rows which every environment needs, if there is one. */
  get referenceData(): MigrationOptions['referenceData'] {
    return this.#own.referenceData;
  }

  /** Writes the reference data, as `up()` does after the last migration: not while one is pending. */
  async writeReferenceData(): Promise<void> {
    await this.#locked(() => this.#writeReferenceData());
  }

  /** The names of the migrations that the database has. Changes nothing. */
  async findApplied(): Promise<string[]> {
    return this.storage.executed();
  }

  /** MikroORM's makes the database and its table here, whoever asks and without the lock. */
  protected override async init(): Promise<void> {
    await this.initPaths();
  }

  protected override createRunner(): SafeRunner {
    return new SafeRunner(this.driver, this.options, this.config);
  }

  protected override createStorage(): ChecksumStorage {
    return new ChecksumStorage(this.driver, this.options);
  }

  protected override async discoverMigrations(): Promise<RunnableMigration[]> {
    return readHistory(this.folders, this.options.glob!).map((file) => this.resolve(file));
  }

  protected override async runMigrations(method: Method, requested?: Requested): Promise<MigrationInfo[]> {
    if (Utils.isObject<MigrateOptions>(requested) && requested.transaction) {
      throw new InvalidArgumentError(
        'transaction',
        'Each migration runs in a transaction of its own, on the connection that holds the lock. Leave out transaction.',
      );
    }

    this.#progress = this.#startProgress();
    const schema = (Utils.isObject<MigrateOptions>(requested) && requested.schema) || this.options.schema;
    let options = requested;

    const run = () =>
      this.#locked(async () => {
        // Each schema has a history of its own.
        this.storage.setRunSchema(schema);
        options = await this.#settle(method, options);
        await this.#checkHistory(method, options);
        await super.runMigrations(method, options);
        method === 'up' && !schema && (await this.#writeReferenceData());
      });
    const { attempts = defaultAttempts } = this.#own.migrations ?? {};
    await attempt(
      attempts,
      run,
      () => this.#progress.step,
      (line) => this.#say(line),
    );

    return this.#progress.finished;
  }

  /**
   * After a connection that was lost with the commit: the database knows whether it was done. And without a choice, the
   * last migration is the same one in all attempts.
   */
  async #settle(method: Method, options: Requested): Promise<Requested> {
    const applied = (await this.storage.applied()).map(({ name }) => name);
    this.#progress.resume((name) => applied.includes(name) === (method === 'up'));
    const last = applied.at(-1);
    return method === 'down' && Utils.isEmpty(options ?? {}) && last ? { migrations: [last] } : options;
  }

  async #checkHistory(method: Method, options: Requested): Promise<void> {
    const recorded = await this.#record();
    const applied = await this.storage.applied();
    const findings = findingsAgainst(method, recorded, applied, this.#chosen(options));

    if (findings.length > 0) {
      throw new MigrationRefusedError(findings);
    }

    if (method === 'down') {
      return;
    }

    for (const { name } of applied.filter(({ checksum }) => checksum === null)) {
      await this.storage.setChecksum(name, this.storage.checksums.get(name));
    }
  }

  async #record(): Promise<RecordedMigration[]> {
    const recorded = await this.record();
    this.storage.checksums = new Map(recorded.map(({ name, checksum }) => [name, checksum]));
    return recorded;
  }

  async #writeReferenceData(): Promise<void> {
    const { referenceData, migrations = {} } = this.#own;
    const applied = new Set(await this.storage.executed());

    // Rows for tables that are not there yet would fail.
    if (!referenceData || (await this.discoverMigrations()).some(({ name }) => !applied.has(name))) {
      return;
    }

    this.#progress.begin({ name: 'The reference data' });
    await this.runner.inTransaction(limitsOf({}, migrations), async (transaction) => {
      const em = this.em.fork() as unknown as EntityManager;
      em.setTransactionContext(transaction);
      await referenceData(em);
      await em.flush();
    });
    this.#progress.end('Wrote the reference data');
  }

  /** Runs `work` while no other run does, on one connection that it has for itself. */
  async #locked<Result>(work: () => Promise<Result>): Promise<Result> {
    checkDirect(this.config.get('host') ?? '', this.#transport);
    await ensureDatabase(this.em);

    return withOneConnection(this.driver as AbstractSqlDriver, async (connection) => {
      const { runLockTimeoutMs = defaultRunLockTimeoutMs } = this.#own.migrations ?? {};
      await takeRunLock(connection, runLockTimeoutMs, (line) => this.#say(line));

      try {
        this.#use(connection);
        return await work();
      } finally {
        this.#use(undefined);
        this.storage.unsetRunSchema();
        await releaseRunLock(connection);
      }
    });
  }

  #use(connection: Kysely<any> | undefined): void {
    this.runner.settings = this.#own.migrations ?? {};
    this.runner.say = (line) => this.#say(line);
    this.runner.use(connection);
    connection ? this.storage.setMasterMigration(connection as never) : this.storage.unsetMasterMigration();
  }

  /** The migrations that were asked for, by name or by their instant alone, as MikroORM reads it. */
  #chosen(options: Requested): string[] {
    const names = typeof options === 'string' || Array.isArray(options) ? [options].flat() : options?.migrations;
    return (names ?? [])
      .map((name) => name.replace(/\.[jt]s$/, ''))
      .map((name) => (/^\d{14}$/.test(name) ? this.options.fileName!(name) : name));
  }

  #startProgress(): RunProgress {
    return new RunProgress((line) => this.#say(line));
  }

  #say(line: string): void {
    this.options.silent || this.config.getLogger().log('migrator', line, { enabled: true });
  }
}
