import type { Readable } from 'node:stream';
import { ProtocolError } from './wire-protocol.js';

/** Reads a stream in pieces of any size, however they come, and no further than it has to. */
export class ByteReader {
  #bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly stream: Readable) {
    stream.pause();
  }

  /**
   * Waits for so many bytes.
   *
   * @throws {ProtocolError} if the stream ends before.
   */
  async read(size: number): Promise<Buffer> {
    while (this.#bytes.length < size) {
      this.#bytes = Buffer.concat([this.#bytes, await nextChunk(this.stream)]);
    }

    const bytes = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    return bytes;
  }

  /** What came together with what was read, for whoever reads the stream from now on. */
  rest(): Buffer {
    return this.#bytes;
  }
}

function nextChunk(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (chunk: unknown) => {
      stream.pause().off('data', settle).off('end', settle).off('error', settle).off('close', settle);

      if (Buffer.isBuffer(chunk)) {
        resolve(chunk);
      } else {
        reject(new ProtocolError('the connection ended'));
      }
    };

    if (stream.readableEnded || stream.destroyed) {
      settle(undefined);
    } else {
      stream.on('data', settle).on('end', settle).on('error', settle).on('close', settle).resume();
    }
  });
}
