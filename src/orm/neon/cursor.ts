import { prepareParameters } from '../../edge/parameters.js';
import { ormTypes } from './neon-platform.js';

/** The driver's connection, as far as a cursor speaks to it. `more` keeps a message back until the next flush. */
interface Connection {
  parse(message: { text: string }, more: boolean): void;
  bind(message: { values: (string | null)[] }, more: boolean): void;
  describe(message: { type: 'P' | 'S' }, more: boolean): void;
  execute(message: { rows: number }, more: boolean): void;
  close(message: { type: 'P' | 'S' }, more: boolean): void;
  flush(): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

interface Column {
  name: string;
  parse(text: string): unknown;
}

type Row = Record<string, unknown>;

/**
 * Reads the rows of one statement in portions, through the unnamed portal of the extended query protocol.
 *
 * `pg-cursor` does the same, but brings `pg` along, which has no place in a Worker. The driver calls `submit` and the
 * `handle…` methods; no other statement runs on the connection until the cursor is read to its end or closed.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export class Cursor {
  readonly #text: string;
  readonly #values: (string | null)[];
  #connection: Connection | undefined;
  #columns: Column[] = [];
  #rows: Row[] = [];
  /** The read that was asked for before the connection was free. */
  #postponed: number | undefined;
  #reader: PromiseWithResolvers<Row[]> | undefined;
  #closer: PromiseWithResolvers<void> | undefined;
  #error: Error | undefined;
  /** Whether the end of the exchange was sent: one more would end the exchange of the next statement. */
  #isSynced = false;
  #isOver = false;
  #isClosed = false;

  /** @throws {InvalidArgumentError} for a value that has no form in SQL. */
  constructor(text: string, values: readonly unknown[]) {
    this.#text = text;
    this.#values = prepareParameters(text, values);
  }

  /** @returns at most `count` rows, none at the end. One read at a time. */
  read(count: number): Promise<Row[]> {
    if (this.#error) {
      return Promise.reject(this.#error);
    }

    if (this.#isSynced) {
      return Promise.resolve([]);
    }

    this.#reader = Promise.withResolvers();

    if (this.#connection) {
      this.#execute(this.#connection, count);
    } else {
      this.#postponed = count;
    }

    return this.#reader.promise;
  }

  /** Gives the connection back, also before the end. */
  close(): Promise<void> {
    this.#isClosed = true;

    // After an error nothing may come any more: it may have been the connection's end.
    if (!this.#connection || this.#isOver || this.#error) {
      return Promise.resolve();
    }

    if (!this.#isSynced) {
      this.#connection.close({ type: 'P' }, true);
      this.#sync();
    }

    this.#closer ??= Promise.withResolvers();
    return this.#closer.promise;
  }

  submit(connection: Connection): void {
    this.#connection = connection;

    if (this.#isClosed) {
      this.#sync();
      return;
    }

    connection.parse({ text: this.#text }, true);
    connection.bind({ values: this.#values }, true);
    connection.describe({ type: 'P' }, true);
    connection.flush();

    if (this.#postponed !== undefined) {
      this.#execute(connection, this.#postponed);
    }
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: ormTypes.getTypeParser(dataTypeID) }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      const cells = fields.map((text, index) => {
        const { name, parse } = this.#columns[index]!;
        return [name, text === null ? null : parse(text)];
      });
      this.#rows.push(Object.fromEntries(cells));
    } catch (error) {
      // Thrown here, it would reach the socket's listener instead of the reader.
      this.handleError(error as Error);
    }
  }

  handlePortalSuspended(): void {
    this.#deliver();
  }

  handleCommandComplete(): void {
    this.#sync();
  }

  handleEmptyQuery(): void {
    this.#sync();
  }

  handleCopyInResponse(connection: Connection): void {
    connection.sendCopyFail('A cursor has no data to copy in.');
  }

  handleCopyData(): void {}

  handleError(error: Error): void {
    this.#error = error;
    this.#reader?.reject(error);
    this.#reader = undefined;
    this.#closer?.resolve();
    this.#sync();
  }

  handleReadyForQuery(): void {
    this.#isOver = true;
    this.#deliver();
    this.#closer?.resolve();
  }

  #execute(connection: Connection, rows: number): void {
    connection.execute({ rows }, true);
    connection.flush();
  }

  #sync(): void {
    if (!this.#isSynced) {
      this.#isSynced = true;
      this.#connection?.sync();
    }
  }

  #deliver(): void {
    this.#reader?.resolve(this.#rows);
    this.#reader = undefined;
    this.#rows = [];
  }
}
