import type { ByteReader } from './byte-reader.js';

/** A message after the startup: its type, its contents, and all of its bytes. */
export interface Message {
  type: string;
  body: Buffer;
  bytes: Buffer;
}

/** What a client may send first, by the number that it carries in place of a version. */
export const requestCodes = { cancel: 80_877_102, ssl: 80_877_103, gssEncryption: 80_877_104 } as const;

/** Version 3.0, which all servers speak. */
export const protocolVersion = 3 << 16;

/** PostgreSQL's own limit of a startup packet. */
const maxStartupBytes = 10_000;

/** The stream ended, or what came is not of the form that the protocol has. */
export class ProtocolError extends Error {}

/**
 * Reads one message.
 *
 * @throws {ProtocolError} if the stream ends before, or the message is longer than `maxBytes`.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export async function readMessage(reader: ByteReader, maxBytes: number): Promise<Message> {
  const head = await reader.read(5);
  const type = String.fromCharCode(head[0]!);
  const body = await reader.read(contentSize(head.readInt32BE(1), maxBytes));
  return { type, body, bytes: Buffer.concat([head, body]) };
}

/** Reads what a client sends first: a number that says what it is, and the rest. */
export async function readStartupPacket(reader: ByteReader): Promise<{ code: number; body: Buffer }> {
  const size = contentSize((await reader.read(4)).readInt32BE(), maxStartupBytes);

  if (size < 4) {
    throw new ProtocolError('invalid length of startup packet');
  }

  const content = await reader.read(size);
  return { code: content.readInt32BE(), body: content.subarray(4) };
}

/** The names and values of a startup packet. */
export function parseParameters(body: Buffer): Map<string, string> {
  const texts = body.toString('utf8').split('\0');
  const parameters = new Map<string, string>();

  for (let index = 0; texts[index]; index += 2) {
    parameters.set(texts[index]!, texts[index + 1] ?? '');
  }

  return parameters;
}

export const startupMessage = (parameters: Iterable<[string, string]>): Buffer =>
  withLength(int32(protocolVersion), ...[...parameters].flat().map(cString), Buffer.of(0));

export const cancelRequest = (key: Buffer): Buffer => withLength(int32(requestCodes.cancel), key);

/** Also for the answers of SASL, which have the same type. */
export const passwordMessage = (...content: Buffer[]): Buffer => message('p', ...content);

export const cleartextPasswordRequest = (): Buffer => message('R', int32(3));

/** Says that the client's wishes beyond version 3.0 are not understood. */
export const negotiateVersion = (unknownOptions: string[]): Buffer =>
  message('v', int32(protocolVersion), int32(unknownOptions.length), ...unknownOptions.map(cString));

/** An error that ends the connection. */
export const fatalError = (code: string, text: string): Buffer =>
  message('E', ...['SFATAL', 'VFATAL', `C${code}`, `M${text}`].map(cString), Buffer.of(0));

export const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const message = (type: string, ...content: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(type), withLength(...content)]);

function withLength(...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([int32(bytes.length + 4), bytes]);
}

/** A length in the protocol counts its own four bytes. */
function contentSize(length: number, maxBytes: number): number {
  if (length < 4 || length > maxBytes) {
    throw new ProtocolError('invalid message length');
  }

  return length - 4;
}
