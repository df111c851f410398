import { startLocalServer } from '../../../src/local/index.js';

// Owns a server until it is killed.
const server = await startLocalServer({ directory: process.argv[2]!, port: 0, durable: false });
process.send!({ state: server.state, port: server.port, uid: process.getuid?.() });
process.on('message', () => server.stop().then(() => process.disconnect()));
