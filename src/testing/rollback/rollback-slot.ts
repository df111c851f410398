import type { Client, Pool } from 'pg';
import type { SlotDatabase } from '../databases/slots.js';
import { type CreateOrm, settingsOf, type Template, type TestableOrm } from '../databases/template.js';
import type { RunSql } from '../sentinels/keys.js';
import { SentinelWatch } from '../sentinels/watch.js';
import { onPool } from '../statements/statements.js';
import { RollbackConnection } from './rollback-connection.js';
import { RollbackPool } from './rollback-pool.js';

const deferredConstraints = `
  select string_agg(format('%I.%I', nspname, conname), ', ') as names
  from pg_constraint join pg_namespace on pg_namespace.oid = connamespace where condeferrable and condeferred`;

/** A database, and an ORM on it, for one test after the other. */
export class RollbackSlot<AnyOrm extends TestableOrm> {
  #connection: RollbackConnection | undefined;
  #isClean = true;

  private constructor(
    readonly orm: AnyOrm,
    private readonly database: SlotDatabase,
    private readonly pool: RollbackPool,
    private readonly client: Client,
    private readonly watch: SentinelWatch,
    private readonly deferAgain: string,
  ) {}

  static async open<AnyOrm extends TestableOrm>(
    createOrm: CreateOrm<AnyOrm>,
    database: SlotDatabase,
    { sentinels }: Template,
  ): Promise<RollbackSlot<AnyOrm>> {
    const orm = createOrm(settingsOf(database.url));
    const pool = new RollbackPool();
    let options: Pool['options'] | undefined;
    let makeClient: (() => Client) | undefined;
    onPool(orm, (created) => {
      pool.install(created);
      options ??= created.options;
      const { Client: PoolClient } = created as unknown as { Client: new (options: object) => Client };
      // The password is not enumerable.
      makeClient ??= () => new PoolClient({ ...options, password: options?.password });
    });

    const client = makeClient!();
    // A lost connection fails the statements of the test. Without a listener it would end the process.
    client.on('error', () => {});
    await client.connect();
    const run: RunSql = async (sql) => (await client.query(sql)).rows;
    const [deferred] = await run<{ names: string | null }>(deferredConstraints);
    const watch = await SentinelWatch.begin(run, sentinels);
    const deferAgain = deferred?.names ? `set constraints ${deferred.names} deferred; ` : '';

    return new RollbackSlot(orm, database, pool, client, watch, deferAgain);
  }

  /** Whether the next test may have it. */
  get isClean(): boolean {
    return this.#isClean;
  }

  async beginTest(): Promise<void> {
    this.#connection = await RollbackConnection.begin(this.client, { orm: this.orm, deferAgain: this.deferAgain });
    this.pool.use(this.#connection, this.client);
  }

  /**
   * Rolls back all that the test did.
   *
   * @param cancel ends the statement that a connection runs, which the test has not awaited.
   * @throws {Error} if the test left its transaction, or touched the sentinels.
   */
  async endTest(cancel: (processId: number) => Promise<void>): Promise<void> {
    const connection = this.#connection!;
    let touched: string | undefined;
    let failure: unknown;
    this.#isClean = false;
    connection.isBusy && (await cancel(connection.processId));

    try {
      this.#isClean = await connection.end(async (run) => {
        touched = await this.watch.findChanges(run);
      });
    } catch (error) {
      failure = error;
    }

    this.pool.use(undefined, undefined);

    if (connection.violations[0]) {
      throw connection.violations[0];
    }

    if (touched || failure) {
      throw failure ?? new Error(touched);
    }
  }

  async close(): Promise<void> {
    await this.orm.close();
    await this.client.end();
    await this.database.release(this.#isClean);
  }
}
