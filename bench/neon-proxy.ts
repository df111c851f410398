import { startNeonProxy } from '../src/local/neon-proxy/index.js';

// A Neon proxy in a process of its own, as Neon's is: what it does should not count as the client's time.
const { hostname, port } = new URL(process.argv[2]!);
const proxy = await startNeonProxy({ backend: { host: hostname, port: Number(port || 5432) }, port: 0 });

process.send?.(proxy.port);
process.on('disconnect', () => process.exit());
