import { RequestError } from './request-error.js';

/** Counts the rows of a response, of all its statements together, up to a limit. */
export class ResponseLimit {
  #size = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * Counts a row and returns it.
   *
   * @throws {RequestError} 507 if the response gets too long with it.
   */
  take(row: string): string {
    this.#size += Buffer.byteLength(row) + 1;

    if (this.#size > this.maxBytes) {
      throw new RequestError(507, `response is too large (max is ${this.maxBytes} bytes)`);
    }

    return row;
  }
}
