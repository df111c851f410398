import { type NeonProxy, startNeonProxy } from '../local/neon-proxy/index.js';
import type { Orm } from '../orm/create-orm.js';
import { type Clone, createClone } from './databases/clones.js';
import { Names } from './databases/names.js';
import { takeSlot } from './databases/slots.js';
import { sweep } from './databases/sweep.js';
import {
  openTemplate,
  refreshReferenceData,
  type Template,
  type TemplateSource,
  type TestableOrm,
} from './databases/template.js';
import { RollbackSlot } from './rollback/rollback-slot.js';
import type { AdminSession } from './server/admin-session.js';
import { connectToTestServer } from './server/connect.js';

/** All that one worker of a test run has: its session on the server, its template, slots, clones and proxy. */
export class TestWorker<AnyOrm extends TestableOrm = Orm> {
  #free: RollbackSlot<AnyOrm>[] = [];
  #proxy: Promise<NeonProxy> | undefined;

  private constructor(
    readonly source: TemplateSource<AnyOrm>,
    readonly admin: AdminSession,
    readonly names: Names,
    readonly template: Template,
  ) {}

  static async open<AnyOrm extends TestableOrm>(source: TemplateSource<AnyOrm>): Promise<TestWorker<AnyOrm>> {
    const admin = await connectToTestServer();

    try {
      const names = Names.of(admin);
      const template = await openTemplate(admin, names, source);
      await sweep(admin, names, template.name);

      return new TestWorker(source, admin, names, template);
    } catch (error) {
      await admin.end();
      throw error;
    }
  }

  /** A slot that no other test has now. */
  async takeSlot(): Promise<RollbackSlot<AnyOrm>> {
    const free = this.#free.pop();

    if (free) {
      return free;
    }

    const database = await takeSlot(this.admin, this.names, this.template.name);

    try {
      await refreshReferenceData(this.template, this.source, database.url);
      return await RollbackSlot.open(this.source.createOrm, database, this.template);
    } catch (error) {
      await database.release(false);
      throw error;
    }
  }

  async giveSlot(slot: RollbackSlot<AnyOrm>): Promise<void> {
    if (slot.isClean) {
      this.#free.push(slot);
    } else {
      await slot.close();
    }
  }

  /** Ends the statement that a connection runs, if it runs one. */
  async cancel(processId: number): Promise<void> {
    await this.admin.query('select pg_cancel_backend($1)', [processId]);
  }

  async clone(): Promise<Clone> {
    const clone = await createClone(this.admin, this.names, this.template.name);

    try {
      await refreshReferenceData(this.template, this.source, clone.url);
      return clone;
    } catch (error) {
      await clone.drop();
      throw error;
    }
  }

  /** The local Neon proxy before the server. */
  proxy(): Promise<NeonProxy> {
    const { hostname, port } = new URL(this.admin.url);
    this.#proxy ??= startNeonProxy({ backend: { host: hostname, port: Number(port || 5432) }, port: 0 });
    return this.#proxy;
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.splice(0).map((slot) => slot.close()));
    await (await this.#proxy)?.close();
    await this.admin.end();
  }
}
