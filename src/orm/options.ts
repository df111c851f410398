import { fileURLToPath } from 'node:url';
import { SeedManager } from '@mikro-orm/seeder';
import type { ConnectionSettings } from '../config/connection-settings.js';
import { foldersOf } from '../migrator/history.js';
import { safeMigrator } from '../migrator/safe-migrator.js';
import type { OwnModel } from './create-orm.js';
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
  { entities: own = [], ...migrationOptions }: OwnModel = {},
): Partial<OrmOptions> {
  const model = modelOptions(behavior);
  const folders = foldersOf(folder('migrations'), migrationOptions.migrations?.path);

  return {
    ...model,
    // The type lists the entities of this package, whatever is added.
    entities: [...(model.entities ?? []), ...own] as unknown as NonNullable<OrmOptions['entities']>,
    ...optionsOf[checkTransport(transport, transports)](settings, model.pool?.max ?? 1),
    extensions: [safeMigrator(folders, migrationOptions, transport), SeedManager],
    migrations: {
      path: folders[1] ?? folders[0],
      snapshotName: '.snapshot',
      // Taken from a database, the snapshot would hide what the entities do not declare.
      snapshotOnMigrate: false,
      emit: 'ts',
      // Each migration in a transaction of its own.
      allOrNothing: false,
    },
    seeder: {
      path: folder('seeders'),
      defaultSeeder: 'DatabaseSeeder',
    },
  };
}

/** A folder beside `orm`, in the sources as in the compiled package. */
const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
