import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Address, isOneOf, refusalReason } from './loopback.js';
import { type RelayOptions, relay } from './relay.js';
import { toStream } from './websocket-stream.js';

/** Most bytes of a frame: PostgreSQL takes no longer message either. */
const maxFrameBytes = 2 ** 30;

/** Why the proxy closes a WebSocket when it stops. @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const goingAway = 1001;

/** Milliseconds for clients to answer that. One that was just about to go gets an error otherwise. */
const closeTimeoutMs = 500;

/** The WebSocket side: each WebSocket is a connection to the server. */
export class WebSockets {
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxFrameBytes });
  readonly #relays = new Set<Promise<void>>();

  constructor(private readonly options: RelayOptions) {}

  /**
   * Takes an upgrade request on any path, as Neon does.
   *
   * An address in the query string may only be the server's, or one that the proxy itself has.
   */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, own: Address): void {
    const address = new URLSearchParams(request.url?.split('?')[1]).get('address');
    const reason = refusalReason(request);
    socket.on('error', () => socket.destroy());

    if (reason) {
      refuse(socket, 403, reason);
    } else if (address !== null && !isOneOf(address, [this.options.backend, own])) {
      refuse(socket, 403, 'this proxy connects to its own PostgreSQL server only');
    } else {
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        const running = relay(toStream(webSocket), this.options).finally(() => void this.#relays.delete(running));
        this.#relays.add(running);
      });
    }
  }

  /** Closes all connections, and cuts those whose clients do not take part in that. */
  async close(): Promise<void> {
    const clients = [...this.#server.clients];
    clients.forEach((webSocket) => void webSocket.close(goingAway));
    const timer = setTimeout(() => clients.forEach((webSocket) => void webSocket.terminate()), closeTimeoutMs);

    await Promise.all(this.#relays);
    clearTimeout(timer);
  }
}

function refuse(socket: Duplex, status: number, reason: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  );
}
