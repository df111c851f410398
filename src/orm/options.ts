import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { SeedManager } from '@mikro-orm/seeder';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { modelOptions, type OrmBehavior, type OrmOptions } from './model-options.js';
import { httpOptions } from './neon/http.js';
import { webSocketOptions } from './neon/websocket.js';
import { tcpOptions } from './tcp.js';
import { checkTransport, type Transport, transports } from './transport.js';

const optionsOf = {
  tcp: tcpOptions,
  websocket: webSocketOptions,
  http: httpOptions,
} satisfies Record<Transport, (settings: ConnectionSettings, poolSize: number) => Partial<OrmOptions>>;

/** What MikroORM and its command line need to know of this package in Node. */
export function ormOptions(
  settings: ConnectionSettings,
  behavior: OrmBehavior = {},
  transport: Transport = 'tcp',
): Partial<OrmOptions> {
  const model = modelOptions(behavior);

  return {
    ...model,
    ...optionsOf[checkTransport(transport, transports)](settings, model.pool?.max ?? 1),
    extensions: [Migrator, SeedManager],
    migrations: {
      path: folder('migrations'),
      snapshotName: '.snapshot',
      // Taken from a database, the snapshot would hide what the entities do not declare.
      snapshotOnMigrate: false,
      emit: 'ts',
    },
    seeder: {
      path: folder('seeders'),
      defaultSeeder: 'DatabaseSeeder',
    },
  };
}

/** A folder beside `orm`, in the sources as in the compiled package. */
const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
