import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Credentials, logIn } from './backend-login.js';
import { ByteReader } from './byte-reader.js';
import { cancel } from './cancel.js';
import type { Address } from './loopback.js';
import { isKnown, parametersFor } from './startup-parameters.js';
import {
  cleartextPasswordRequest,
  fatalError,
  negotiateVersion,
  ProtocolError,
  parseParameters,
  protocolVersion,
  readMessage,
  readStartupPacket,
  requestCodes,
  startupMessage,
} from './wire-protocol.js';

/** What a relay works with. */
export interface RelayOptions {
  backend: Address;
  strictStartup: boolean;
  handshakeTimeoutMs: number;
}

/** Bytes of a password message, as Neon's proxy has it. */
const maxPasswordBytes = 512;

/**
 * SQLSTATE connection_failure, for all that goes wrong between the proxy and the server.
 *
 * Not 57P03, by which a server says itself that it is starting: that one is handed on, and means that waiting helps.
 */
const connectionFailure = '08006';

const protocolViolation = '08P01';
const featureNotSupported = '0A000';
const internalError = 'XX000';

/**
 * Connects a client that speaks PostgreSQL's protocol with the server, and returns once both connections have ended.
 *
 * The client is always asked for its password in clear text: by default the driver sends it before it is asked, together
 * with its first query. The server is then given what it asks for.
 */
export async function relay(client: Duplex, options: RelayOptions): Promise<void> {
  const timer = setTimeout(() => {
    client.end(fatalError(connectionFailure, `the login took longer than ${options.handshakeTimeoutMs} ms`));
  }, options.handshakeTimeoutMs);

  try {
    const fromClient = new ByteReader(client);
    const server = await open(client, fromClient, options);
    clearTimeout(timer);

    if (server) {
      server.socket.write(fromClient.rest());
      client.write(server.reader.rest());
      await handOn(client, server.socket);
    }
  } catch (error) {
    const isClients = error instanceof ProtocolError;
    client.end(fatalError(isClients ? protocolViolation : internalError, isClients ? error.message : 'internal error'));
  } finally {
    clearTimeout(timer);
  }
}

/** A connection to the server. */
interface Server {
  socket: Socket;
  reader: ByteReader;
}

/** Serves a client until it is logged in, and returns its connection, unless the client is through without one. */
async function open(
  client: Duplex,
  fromClient: ByteReader,
  { backend, strictStartup }: RelayOptions,
): Promise<Server | undefined> {
  const { code, body } = await readFirstPacket(client, fromClient);

  if (code === requestCodes.cancel) {
    await cancel(backend, body);
    client.end();
    return undefined;
  }

  if (code >> 16 !== protocolVersion >> 16) {
    client.end(fatalError(featureNotSupported, 'this proxy speaks version 3 of the protocol only'));
    return undefined;
  }

  const parameters = parseParameters(body);
  const unknown = [...parameters.keys()].filter((name) => !isKnown(name));

  if (code > protocolVersion || unknown.length > 0) {
    client.write(negotiateVersion(unknown));
  }

  client.write(cleartextPasswordRequest());
  const credentials = { user: parameters.get('user') ?? '', password: await readPassword(fromClient) };
  return connectTo(backend, client, credentials, parametersFor(parameters, strictStartup));
}

/** The first packet that is not a wish for encryption. There is none inside a WebSocket. */
async function readFirstPacket(client: Duplex, fromClient: ByteReader): Promise<{ code: number; body: Buffer }> {
  for (;;) {
    const packet = await readStartupPacket(fromClient);

    if (packet.code !== requestCodes.ssl && packet.code !== requestCodes.gssEncryption) {
      return packet;
    }

    client.write('N');
  }
}

async function readPassword(fromClient: ByteReader): Promise<string> {
  const { type, body } = await readMessage(fromClient, maxPasswordBytes);

  if (type !== 'p') {
    throw new ProtocolError('expected the password');
  }

  return body.subarray(0, body.indexOf(0)).toString();
}

/** Connects and logs in for a client, which is told if that fails. The connection ends with the client's. */
async function connectTo(
  address: Address,
  client: Duplex,
  credentials: Credentials,
  parameters: Map<string, string>,
): Promise<Server | undefined> {
  if (client.destroyed) {
    return undefined;
  }

  const socket = connect({ ...address, noDelay: true });
  let key: Buffer | undefined;
  socket.on('error', () => {});
  client.once('close', async () => {
    if (key) {
      // A server that is busy would not notice that nobody waits any more. Neon's proxy cancels as well.
      await cancel(address, key);
    }

    // With an error, for a connection that is only being made would end without a word.
    socket.destroy(new ProtocolError('the client has gone'));
  });

  try {
    await once(socket, 'connect');
    const reader = new ByteReader(socket);
    socket.write(startupMessage(parameters));
    key = await logIn(socket, reader, credentials, (message) => void client.write(message));

    if (key) {
      return { socket, reader };
    }

    client.end();
  } catch (error) {
    const { host, port } = address;
    const { code, message } = error as NodeJS.ErrnoException;
    client.end(fatalError(connectionFailure, `couldn't connect to PostgreSQL on ${host}:${port} (${code ?? message})`));
  }

  return undefined;
}

/** Hands on all bytes in both directions. Streams hold a sender back while the other side does not read. */
async function handOn(client: Duplex, server: Socket): Promise<void> {
  client.pipe(server);
  server.pipe(client);

  if (!server.closed) {
    await new Promise((resolve) => server.once('close', resolve));
  }

  client.end();
}
