import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** Why a WebSocket is closed. @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const closeCodes = { normal: 1000, unsupportedData: 1003 };

/**
 * The bytes of a WebSocket's binary frames as a stream, which holds a sender back whose bytes nobody takes.
 *
 * Ending the stream closes the WebSocket. When the WebSocket closes, or has a text frame, the stream is destroyed.
 */
export function toStream(socket: WebSocket): Duplex {
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk, _encoding, done) => socket.send(chunk, done),
    final: (done) => {
      // Unread frames would hide the other side's answer to the close.
      socket.resume();
      socket.close(closeCodes.normal);
      done();
    },
    destroy: (error, done) => {
      socket.resume();
      socket.close();
      done(error);
    },
  });

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!isBinary) {
      socket.close(closeCodes.unsupportedData, 'only binary frames');
      stream.destroy();
    } else if (!stream.push(data)) {
      socket.pause();
    }
  });
  socket.on('close', () => void stream.destroy());
  socket.on('error', () => void stream.destroy());
  // A client that goes while something is sent to it is no failure of anybody here.
  stream.on('error', () => {});

  return stream;
}
