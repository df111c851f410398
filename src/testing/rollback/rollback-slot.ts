import type { Client } from 'pg';
import type { SlotDatabase } from '../databases/slots.js';
import { type CreateOrm, settingsOf, type Template, type TestableOrm } from '../databases/template.js';
import type { RunSql } from '../sentinels/keys.js';
import { SentinelWatch } from '../sentinels/watch.js';
import { onPool } from '../statements/statements.js';
import { readDeferAgain } from './deferred-constraints.js';
import { RollbackConnection } from './rollback-connection.js';
import { RollbackPool } from './rollback-pool.js';

/** The name of a prepared statement. */
const sentinelCheck = 'codex_sentinels';

/** An ORM whose connections are those of the test that runs. */
interface Attached<AnyOrm> {
  orm: AnyOrm;
  pool: RollbackPool;
  /** Makes a client as the ORM's pool would. */
  createClient(): Client;
}

/** A database, and an ORM on it, for one test after the other. */
export class RollbackSlot<AnyOrm extends TestableOrm> {
  #connection: RollbackConnection | undefined;
  #isClean = true;

  private constructor(
    private readonly attach: () => Attached<AnyOrm>,
    private attached: Attached<AnyOrm>,
    private readonly database: SlotDatabase,
    private readonly client: Client,
    private readonly watch: SentinelWatch,
    private readonly deferAgain: string,
  ) {}

  static async open<AnyOrm extends TestableOrm>(
    createOrm: CreateOrm<AnyOrm>,
    database: SlotDatabase,
    { sentinels }: Template,
  ): Promise<RollbackSlot<AnyOrm>> {
    const attach = () => attachTo(createOrm(settingsOf(database.url)));
    const attached = attach();
    const client = attached.createClient();
    // A lost connection fails the statements of the test. Without a listener it would end the process.
    client.on('error', () => {});

    try {
      await client.connect();
      const run: RunSql = async (sql) => (await client.query(sql)).rows;
      const watch = await SentinelWatch.begin(run, sentinels);
      // To plan it takes longer than to run it.
      await client.query(`prepare ${sentinelCheck} as ${watch.check}`);

      return new RollbackSlot(attach, attached, database, client, watch, await readDeferAgain(run));
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  get orm(): AnyOrm {
    return this.attached.orm;
  }

  /** Whether the next test may have it. */
  get isClean(): boolean {
    return this.#isClean;
  }

  async beginTest(): Promise<void> {
    this.#isClean = false;
    const { orm, pool } = this.attached;
    this.#connection = await RollbackConnection.begin(this.client, { orm, deferAgain: this.deferAgain });
    pool.use(this.#connection, this.client);
  }

  /**
   * Rolls back all that the test did.
   *
   * @param cancel ends the statement that a connection runs, which the test has not awaited.
   * @param hasFailed whether the test has failed, and may go on if it ran out of time.
   * @throws {Error} if the test left its transaction, or touched the sentinels.
   */
  async endTest(cancel: (processId: number) => Promise<void>, hasFailed = false): Promise<void> {
    const connection = this.#connection!;
    const mayGoOn = hasFailed || connection.isBusy;
    let touched: string | undefined;
    let failure: unknown;
    connection.isBusy && (await cancel(connection.processId));

    try {
      this.#isClean = await connection.end(`execute ${sentinelCheck}`, async (run) => {
        touched = await this.watch.findChanges(run);
      });
    } catch (error) {
      failure = error;
    }

    this.attached.pool.use(undefined, undefined);
    this.#isClean && mayGoOn && (await this.#renew());

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

  /** Takes another ORM for the next tests: this one's work that is still to come would be done in their transactions. */
  async #renew(): Promise<void> {
    await this.orm.close();
    this.attached = this.attach();
  }
}

function attachTo<AnyOrm extends TestableOrm>(orm: AnyOrm): Attached<AnyOrm> {
  const pool = new RollbackPool();
  let createClient: (() => Client) | undefined;
  onPool(orm, (created) => {
    pool.install(created);
    const { options } = created;
    const { Client: PoolClient } = created as unknown as { Client: new (options: object) => Client };
    // The password is not enumerable.
    createClient ??= () => new PoolClient({ ...options, password: options.password });
  });

  return { orm, pool, createClient: createClient! };
}
