import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connectClient } from './connect-client.js';

/** Milliseconds between two looks at a lock that another session holds. */
const pollMs = 50;

/**
 * A session on the server's administrative database, which makes and drops databases.
 *
 * Its advisory locks say who uses what: they end with the session, also if its process is killed. They are asked for again
 * and again and never waited for: a session that waits holds up `create index concurrently` everywhere on the server.
 */
export class AdminSession {
  readonly #held = new Set<string>();
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly url: string,
    private readonly client: Client,
    /** The file that has the password for `psql`, if there is one. */
    readonly passwordFile?: string,
  ) {}

  static async connect(url: string, passwordFile?: string): Promise<AdminSession> {
    return new AdminSession(url, await connectClient(url), passwordFile);
  }

  /** Runs a statement, after those that were given before. */
  query<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const result = this.#tail.then(async () => (await this.client.query<Row>(sql, parameters)).rows);
    this.#tail = result.catch(() => {});

    return result;
  }

  /** Takes a lock until the session ends, if nobody else has it. To itself, a session is somebody else. */
  async tryLock(name: string, mode: 'shared' | 'exclusive' = 'exclusive'): Promise<boolean> {
    if (mode === 'shared') {
      return this.#ask(name, mode);
    }

    // PostgreSQL would give a session its own lock a second time.
    if (this.#held.has(name)) {
      return false;
    }

    this.#held.add(name);
    const isTaken = await this.#ask(name, mode).catch(() => false);
    isTaken || this.#held.delete(name);

    return isTaken;
  }

  async #ask(name: string, mode: 'shared' | 'exclusive'): Promise<boolean> {
    const call = mode === 'shared' ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    const [row] = await this.query<{ taken: boolean }>(`select ${call}(hashtextextended($1, 0)) as taken`, [name]);

    return row?.taken === true;
  }

  async lock(name: string, mode: 'shared' | 'exclusive' = 'exclusive'): Promise<void> {
    while (!(await this.tryLock(name, mode))) {
      await sleep(pollMs);
    }
  }

  async unlock(name: string, mode: 'shared' | 'exclusive' = 'exclusive'): Promise<void> {
    const call = mode === 'shared' ? 'pg_advisory_unlock_shared' : 'pg_advisory_unlock';
    await this.query(`select ${call}(hashtextextended($1, 0))`, [name]);
    mode === 'exclusive' && this.#held.delete(name);
  }

  /** Runs the work while no other session does so under the same name. */
  async whileLocked<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    await this.lock(name);

    try {
      return await work();
    } finally {
      await this.unlock(name).catch(() => {});
    }
  }

  /** The URL of another database of the same server, with the same login. */
  urlOf(database: string): string {
    const url = new URL(this.url);
    url.pathname = `/${encodeURIComponent(database)}`;
    return url.href;
  }

  /** Runs `listener` if the connection is lost. */
  onLost(listener: () => void): void {
    this.client.on('end', listener);
  }

  async end(): Promise<void> {
    await this.#tail;
    await this.client.end();
  }
}
