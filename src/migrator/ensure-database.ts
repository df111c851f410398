import type { EntityManager } from '@mikro-orm/sql';
import { findPostgresError } from '../errors/sqlstate.js';

/** Makes the database if it is not there. Several processes may do so at once: the lock of migrations is inside of it. */
export async function ensureDatabase(em: EntityManager): Promise<void> {
  const { config } = em;
  const driver = em.getDriver();
  const name = config.get('dbName');

  try {
    await em.getPlatform().getSchemaGenerator(driver, em).ensureDatabase();
  } catch (error) {
    if (config.get('dbName') !== name) {
      // MikroORM has gone to another database to make this one, and would stay there.
      config.set('dbName', name);
      await driver.reconnect();
    }

    if (!madeByAnother.includes(findPostgresError(error)?.code ?? '')) {
      throw error;
    }
  }
}

/** A database of this name is there by now, or was made in the same moment. */
const madeByAnother = ['42P04', '23505'];
