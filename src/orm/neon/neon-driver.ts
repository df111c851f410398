import { AbstractSqlConnection, AbstractSqlDriver, type Configuration } from '@mikro-orm/sql';
import type { Dialect } from 'kysely';
import type { NeonAddress } from '../../config/neon-address.js';
import type { OrmOptions } from '../model-options.js';
import { keepSecretsBack } from '../secret-columns.js';
import { NeonPlatform } from './neon-platform.js';

/** MikroORM over whatever Kysely dialect its options bring: the transports differ in nothing else. */
export class NeonDriver extends AbstractSqlDriver<NeonConnection, NeonPlatform> {
  constructor(config: Configuration) {
    super(config, new NeonPlatform(), NeonConnection, ['kysely', '@neondatabase/serverless']);
    keepSecretsBack(this);
  }
}

class NeonConnection extends AbstractSqlConnection {
  override createKyselyDialect(): never {
    throw new Error('NeonDriver takes its dialect from driverOptions.');
  }
}

/** MikroORM's options for a database that Neon's proxy, or the local one, stands before. */
export function neonOptions(
  { host, port, user, password, database }: NeonAddress,
  createDialect: () => Dialect,
): Partial<OrmOptions> {
  return { driver: NeonDriver, host, port, user, password, dbName: database, driverOptions: createDialect };
}
