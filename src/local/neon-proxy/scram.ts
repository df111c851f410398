import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ProtocolError } from './wire-protocol.js';

/** No channel binding: there is no TLS to bind to. */
const channelBinding = 'n,,';

/**
 * A client's side of one SCRAM-SHA-256 login. The user's name is empty: PostgreSQL takes that of the startup message.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5802
 * @see https://www.rfc-editor.org/rfc/rfc7677
 */
export class Scram {
  readonly #nonce = randomBytes(18).toString('base64');
  readonly #bareFirstMessage = `n=,r=${this.#nonce}`;
  #serverSignature: Buffer = Buffer.alloc(0);

  constructor(private readonly password: string) {}

  readonly firstMessage = `${channelBinding}${this.#bareFirstMessage}`;

  /**
   * The message that proves the password, in answer to the server's first.
   *
   * @throws {ProtocolError} if the server's message is not an answer to ours.
   */
  async proof(serverMessage: string): Promise<string> {
    const { r: nonce, s: salt, i: iterations } = attributes(serverMessage);

    if (!nonce?.startsWith(this.#nonce) || !salt || !Number(iterations)) {
      throw new ProtocolError('the server sent an invalid SCRAM message');
    }

    const unproven = `c=${Buffer.from(channelBinding).toString('base64')},r=${nonce}`;
    const exchange = `${this.#bareFirstMessage},${serverMessage},${unproven}`;
    const salted = await derive(prepare(this.password), Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const clientSignature = hmac(createHash('sha256').update(clientKey).digest(), exchange);
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), exchange);

    const proof = clientKey.map((byte, index) => byte ^ clientSignature[index]!);
    return `${unproven},p=${Buffer.from(proof).toString('base64')}`;
  }

  /** @throws {ProtocolError} if the server does not know the password's hash, and only pretended to check it. */
  verify(serverMessage: string): void {
    const signature = Buffer.from(attributes(serverMessage).v ?? '', 'base64');
    const expected = this.#serverSignature;

    if (signature.length === 0 || signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new ProtocolError('the server sent an invalid SCRAM signature');
    }
  }
}

const derive = promisify(pbkdf2);

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const attributes = (message: string): Record<string, string | undefined> =>
  Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));

/**
 * The form of a password that is hashed: with plain spaces, without what nobody sees, and composed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4013
 */
const prepare = (password: string): string =>
  password.replace(otherSpaces, ' ').replace(invisible, '').normalize('NFKC');

const otherSpaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;

const invisible = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200c\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g;
