import type { Client, QueryResult } from 'pg';

/** What is done with the connection while nobody else uses it. */
export type Work<Result> = () => Promise<Result>;

/** A client of `pg` for several who know nothing of each other: it takes one statement at a time. */
export class SerialClient {
  #pending = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: Client) {}

  /** Whether work runs or waits. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  get processId(): number {
    return (this.client as unknown as { processID: number }).processID;
  }

  /** `I`dle, in a `T`ransaction or in a failed one (`E`); nothing without a connection. */
  get status(): string | undefined {
    const { _queryable: isAlive } = this.client as unknown as { _queryable: boolean };
    return isAlive ? (this.client.getTransactionStatus() ?? undefined) : undefined;
  }

  /** Runs work after all that was given before. */
  enqueue<Result>(work: Work<Result>): Promise<Result> {
    this.#pending += 1;
    const result = this.#tail.then(work).finally(() => {
      this.#pending -= 1;
    });
    this.#tail = result.catch(() => {});

    return result;
  }

  /** Within such work: sends a text. */
  query(sql: string): Promise<QueryResult> {
    return this.settle(() => this.client.query(sql));
  }

  /** `pg` reports an error before the server has said in which state it leaves the transaction. */
  async settle<Result>(send: Work<Result>): Promise<Result> {
    try {
      return await send();
    } catch (error) {
      await this.client.query('').catch(() => {});
      throw error;
    }
  }
}
