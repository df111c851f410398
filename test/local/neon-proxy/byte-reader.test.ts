import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../../src/local/neon-proxy/byte-reader.js';
import {
  cString,
  parseParameters,
  readMessage,
  readStartupPacket,
  startupMessage,
} from '../../../src/local/neon-proxy/wire-protocol.js';
import { message, packet } from './support/raw-client.js';

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));
const name = text.filter((value) => value !== '');
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const letter = fc.constantFrom('R', 'S', 'K', 'Z', 'D');

/** The bytes in chunks whose ends are somewhere. */
function cut(whole: Buffer, places: number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [...ends, whole.length].map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}

describe('a byte reader', () => {
  test('reads the same messages however their bytes are cut', async () => {
    const messages = fc.array(fc.tuple(letter, bytes), { maxLength: 6 });

    await fc.assert(
      fc.asyncProperty(messages, fc.array(fc.nat()), bytes, async (sent, places, rest) => {
        const whole = Buffer.concat([...sent.map(([type, body]) => message(type, body)), rest]);
        const stream = Readable.from(cut(whole, places), { objectMode: false });
        const reader = new ByteReader(stream);
        const read: [string, Buffer][] = [];

        for (const _ of sent) {
          const { type, body } = await readMessage(reader, 1000);
          read.push([type, body]);
        }

        const left = Buffer.concat([reader.rest(), ...(await stream.toArray())]);
        expect(read).toEqual(sent);
        expect(left).toEqual(rest);
      }),
    );
  });

  test('reads no further than it has to', async () => {
    let isRead = false;
    const stream = new Readable({
      highWaterMark: 1,
      read() {
        this.push(isRead ? null : Buffer.alloc(10));
        isRead = true;
      },
    });
    const reader = new ByteReader(stream);

    await reader.read(4);
    await reader.read(4);

    expect(reader.rest()).toHaveLength(2);
    expect(stream.isPaused()).toBe(true);
  });

  test.for(['end', 'destroy'] as const)('fails when the stream comes to its %s before', async (how) => {
    const stream = new PassThrough();
    const reader = new ByteReader(stream);
    const [now, later] = [reader.read(4), () => reader.read(4)];

    stream.write('abc');
    stream[how]();

    await expect(now).rejects.toThrow('the connection ended');
    await expect(later()).rejects.toThrow('the connection ended');
  });
});

describe('the wire protocol', () => {
  test('has the parameters in a startup message that were written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, text, { noNullPrototype: true }), async (parameters) => {
        const entries = Object.entries(parameters);
        const reader = new ByteReader(Readable.from([startupMessage(entries)], { objectMode: false }));
        const { code, body } = await readStartupPacket(reader);
        expect(code).toBe(196_608);
        expect([...parseParameters(body)]).toEqual(entries);
      }),
    );
  });

  test('has no message longer than its limit, or shorter than its length', async () => {
    const readerOf = (sent: Buffer) => new ByteReader(Readable.from([sent], { objectMode: false }));

    expect((await readMessage(readerOf(message('p', Buffer.alloc(96))), 100)).body).toHaveLength(96);
    await expect(readMessage(readerOf(message('p', Buffer.alloc(97))), 100)).rejects.toThrow('invalid message length');
    await expect(readMessage(readerOf(Buffer.of(112, 0, 0, 0, 3)), 100)).rejects.toThrow('invalid message length');
    await expect(readMessage(readerOf(Buffer.of(112, 255, 255, 255, 255)), 100)).rejects.toThrow(
      'invalid message length',
    );
    await expect(readStartupPacket(readerOf(packet(196_608, { a: 'x'.repeat(10_000) })))).rejects.toThrow('invalid');
    expect(parseParameters(cString('user')).get('user')).toBe('');
  });
});
