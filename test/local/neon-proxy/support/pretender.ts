import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { message } from './raw-client.js';

/** A server that lets everybody in as PostgreSQL does, and then does as the test likes. */
export interface Pretender {
  server: Server;
  port: number;
  /** The first connection. */
  connection: Promise<Socket>;
}

/** All that a server says of a login that it lets pass without a password. */
export const welcome = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('K', Buffer.alloc(8)),
  message('Z', Buffer.from('I')),
]);

export async function startPretender(says: Buffer = welcome): Promise<Pretender> {
  const server = createServer().listen(0, '127.0.0.1');
  const sockets: Socket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write(says);
  });
  const connection = once(server, 'connection').then(([socket]) => socket as Socket);
  onTestFinished(() => {
    sockets.forEach((socket) => void socket.destroy());
    server.close();
  });
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, connection };
}
