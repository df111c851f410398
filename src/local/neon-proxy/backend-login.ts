import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { ByteReader } from './byte-reader.js';
import { Scram } from './scram.js';
import { cString, int32, type Message, ProtocolError, passwordMessage, readMessage } from './wire-protocol.js';

/** Who logs in. */
export interface Credentials {
  user: string;
  password: string;
}

/** Bytes of a message that a server sends during a login; an error's text is the longest. */
const maxMessageBytes = 1 << 20;

/**
 * Logs in to the server with whatever method it asks for, after the startup message was sent.
 *
 * All that the server says goes to `onMessage`, except for the requests of a method.
 *
 * @returns the key that cancels what the connection runs, or nothing if the server refused the login.
 * @throws {ProtocolError} if the server ends the connection, or asks for a method that nobody knows here.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP
 */
export async function logIn(
  backend: Writable,
  reader: ByteReader,
  credentials: Credentials,
  onMessage: (message: Buffer) => void,
): Promise<Buffer | undefined> {
  const method = new LoginMethod(credentials);
  let key: Buffer = Buffer.alloc(0);

  for (;;) {
    const message = await readMessage(reader, maxMessageBytes);
    const reply = message.type === 'R' ? await method.reply(message) : undefined;

    if (reply) {
      reply.forEach((bytes) => void backend.write(bytes));
      continue;
    }

    onMessage(message.bytes);

    switch (message.type) {
      case 'K':
        key = message.body;
        break;
      case 'E':
        return undefined;
      case 'Z':
        return key;
    }
  }
}

/** The numbers of the requests, and of the message that says that the login is done. */
const requests = { done: 0, cleartext: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 };

class LoginMethod {
  readonly #scram: Scram;

  constructor(private readonly credentials: Credentials) {
    this.#scram = new Scram(credentials.password);
  }

  /** The messages that answer the server's; nothing if the login is done. */
  async reply({ body }: Message): Promise<Buffer[] | undefined> {
    const { user, password } = this.credentials;
    const [request, content] = [body.readInt32BE(), body.subarray(4)];

    switch (request) {
      case requests.done:
        return undefined;
      case requests.cleartext:
        return [passwordMessage(cString(password))];
      case requests.md5:
        return [passwordMessage(cString(`md5${md5(md5(password + user), content)}`))];
      case requests.sasl:
        return [this.#startScram(content)];
      case requests.saslContinue:
        return [passwordMessage(Buffer.from(await this.#scram.proof(content.toString())))];
      case requests.saslFinal:
        this.#scram.verify(content.toString());
        return [];
      default:
        throw new ProtocolError(`the server asks for a login method (${request}) that this proxy does not know`);
    }
  }

  #startScram(mechanisms: Buffer): Buffer {
    if (!mechanisms.toString().split('\0').includes('SCRAM-SHA-256')) {
      throw new ProtocolError('the server asks for a SASL mechanism that this proxy does not know');
    }

    const first = Buffer.from(this.#scram.firstMessage);
    return passwordMessage(cString('SCRAM-SHA-256'), int32(first.length), first);
  }
}

const md5 = (...parts: (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');
