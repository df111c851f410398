import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import WebSocket, { type ClientOptions } from 'ws';
import { ByteReader } from '../../../../src/local/neon-proxy/byte-reader.js';
import type { NeonProxy } from '../../../../src/local/neon-proxy/index.js';
import { cString, int32, type Message, readMessage } from '../../../../src/local/neon-proxy/wire-protocol.js';

/** A client that sends whatever bytes a test wants. */
export interface RawClient {
  socket: WebSocket;
  send(...frames: Buffer[]): void;
  /** The next message that the proxy sends. */
  read(): Promise<Message>;
  /** The types of the messages up to one that is ready for a query, or an error. */
  readLogin(): Promise<{ types: string; last: Message }>;
  /** The bytes that came and that nobody has read. */
  received: PassThrough;
  closed: Promise<number>;
}

export async function connectRaw(proxy: NeonProxy, options: ClientOptions = {}): Promise<RawClient> {
  const socket = new WebSocket(`ws://${proxy.webSocketAddress}`, options);
  onTestFinished(() => socket.terminate());
  const received = new PassThrough();
  socket.on('message', (data: Buffer) => void received.write(data));
  socket.on('close', () => void received.end());
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const reader = new ByteReader(received);
  const read = () => readMessage(reader, 2 ** 24);

  return {
    socket,
    received,
    closed,
    read,
    send: (...frames) => frames.forEach((frame) => void socket.send(frame)),
    readLogin: async () => {
      for (let types = ''; ; ) {
        const last = await read();
        types += last.type;

        if ('EZ'.includes(last.type)) {
          return { types, last };
        }
      }
    },
  };
}

const sized = (...content: Buffer[]): Buffer => {
  const bytes = Buffer.concat(content);
  return Buffer.concat([int32(bytes.length + 4), bytes]);
};

/** What a client sends first: a startup message or one of the requests without parameters. */
export const packet = (code: number, parameters: Record<string, string> = {}): Buffer =>
  sized(
    int32(code),
    ...Object.entries(parameters).flat().map(cString),
    ...(Object.keys(parameters).length > 0 ? [Buffer.of(0)] : []),
  );

export const message = (type: string, ...content: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(type), sized(...content)]);

export const query = (sql: string): Buffer => message('Q', cString(sql));

/** The first messages of a login that the proxy answers with a connection. */
export function loginOf(url: string, parameters: Record<string, string> = {}): { startup: Buffer; password: Buffer } {
  const { username, password, pathname } = new URL(url);
  const [user, database] = [decodeURIComponent(username), decodeURIComponent(pathname.slice(1))];

  return {
    startup: packet(196_608, { user, database, ...parameters }),
    password: message('p', cString(decodeURIComponent(password))),
  };
}

/** What an error message says, by the letter of the field. */
export const fieldsOf = ({ body }: Message): Record<string, string> =>
  Object.fromEntries(
    body
      .toString()
      .split('\0')
      .filter(Boolean)
      .map((field) => [field[0], field.slice(1)]),
  );
