import { type AbstractSqlConnection, DatabaseSchema } from '@mikro-orm/sql';
import { DatabaseNotSoundError } from '../errors/database-error.js';
import type { SafeMigrator } from '../migrator/safe-migrator.js';
import type { Orm } from '../orm/create-orm.js';
import type { EntityManager } from '../orm/entity-manager.js';
import { checkRole } from '../scope/assert-scope-enforced.js';
import { type AccessPath, ownAccessPaths } from './access-paths.js';
import { readCatalog } from './catalog.js';
import { readMigrations } from './migrations.js';
import type { Facts, Rule } from './rule.js';
import { columnRules } from './rules/columns.js';
import { driftRules } from './rules/drift.js';
import { healthRules } from './rules/health.js';
import { indexRules } from './rules/indexes.js';
import { triggerRules } from './rules/triggers.js';
import { undeclaredRules } from './rules/undeclared.js';

const rules: Rule[] = [
  ...driftRules,
  ...undeclaredRules,
  ...indexRules,
  ...columnRules,
  ...triggerRules,
  ...healthRules,
];

/** What a check of the database has found. */
export interface CheckResult {
  name: string;
  /** Each says what is wrong, where, and what to do; `undefined` if there was nothing to look at. */
  faults: string[] | undefined;
}

export interface DatabaseCheckOptions {
  /** How the tables of the ORM's other entities are read. Those of this package are known. */
  accessPaths?: readonly AccessPath[] | undefined;
}

/**
 * Looks whether the database is what entities, snapshot and migrations say, whether every lookup has its index, and whether
 * scopes hold: all that `npm run db:doctor` prints.
 *
 * It reads in one transaction in which PostgreSQL refuses to write, and takes the entities and migrations of the ORM that it
 * is given. For tests and deployments, over TCP or WebSocket.
 *
 * @example
 * const results = await checkDatabase(orm, { accessPaths: [{ table: 'playlists', columns: ['curator_id', 'name'] }] });
 */
export function checkDatabase(orm: Orm, options?: DatabaseCheckOptions): Promise<CheckResult[]> {
  return readOnly(orm, async (em, read) => [...check(await read(options)), ...(await checkRole(em))]);
}

/**
 * The same, as an assertion.
 *
 * @throws {DatabaseNotSoundError} whose `faults` are all that is wrong.
 */
export async function assertDatabaseSound(orm: Orm, options?: DatabaseCheckOptions): Promise<void> {
  const faults = (await checkDatabase(orm, options)).flatMap((result) => result.faults ?? []);

  if (faults.length > 0) {
    throw new DatabaseNotSoundError(faults);
  }
}

/** All but the scopes. */
export function checkCatalog(orm: Orm, options?: DatabaseCheckOptions): Promise<CheckResult[]> {
  return readOnly(orm, async (_em, read) => check(await read(options)));
}

const check = (facts: Facts): CheckResult[] =>
  rules.map((rule) => ({ name: rule.name, faults: rule.findFaults(facts) }));

type Read = (options?: DatabaseCheckOptions) => Promise<Facts>;

/** Everything is seen as of one moment. What needs no database, or a connection of its own, is read before. */
async function readOnly<Result>(orm: Orm, work: (em: EntityManager, read: Read) => Promise<Result>): Promise<Result> {
  const declared: DatabaseSchema = Reflect.apply(Reflect.get(orm.schema, 'getTargetSchema'), orm.schema, []);
  // With the folder of a package above, if it has one.
  const migrator = orm.migrator as unknown as SafeMigrator;
  const before = {
    declared,
    names: migrator.findNames(),
    isSnapshotStale: await migrator.isSnapshotStale(),
    routines: await readRoutines(orm, declared),
  };

  return orm.em.fork().transactional((em) => work(em, (options) => readFacts(em, orm, before, options)), {
    readOnly: true,
    isolationLevel: 'repeatable read',
  });
}

interface Before {
  declared: DatabaseSchema;
  names: string[];
  isSnapshotStale: boolean | undefined;
  routines: DatabaseSchema;
}

async function readFacts(
  em: EntityManager,
  orm: Orm,
  { declared, names, isSnapshotStale, routines }: Before,
  { accessPaths = [] }: DatabaseCheckOptions = {},
): Promise<Facts> {
  return {
    catalog: await readCatalog(em, [declared.name, ...declared.getNamespaces()]),
    declared,
    entities: [...orm.getMetadata().getAll().values()],
    migrations: await readMigrations(em, orm, names),
    accessPaths: [...ownAccessPaths, ...accessPaths],
    updates: await readUpdates(em, orm, declared, routines),
    isSnapshotStale,
  };
}

async function readRoutines(orm: Orm, declared: DatabaseSchema): Promise<DatabaseSchema> {
  const platform = orm.em.getPlatform();
  const found = new DatabaseSchema(platform, declared.name);

  if (declared.getRoutines().length > 0) {
    await found.loadRoutines(orm.em.getConnection(), platform, declared.getNamespaces());
  }

  return found;
}

async function readUpdates(
  em: EntityManager,
  orm: Orm,
  declared: DatabaseSchema,
  routines: DatabaseSchema,
): Promise<string[]> {
  const { skipTables, skipViews } = orm.config.get('schemaGenerator');
  const fromSchema = await DatabaseSchema.create(
    connectionOf(em),
    em.getPlatform(),
    orm.config,
    undefined,
    declared.getNamespaces(),
    undefined,
    skipTables,
    skipViews,
    em.getTransactionContext(),
  );
  routines.getRoutines().forEach((routine) => {
    fromSchema.addRoutine(routine);
  });
  // Unlike `getUpdateSchemaSQL`, it does not ask another connection whether the database is there.
  const { up } = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false, fromSchema });

  return up
    .split(/;\s*\n/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '');
}

/** The connection within the transaction, whatever is asked: MikroORM reads the triggers on another one from the pool. */
function connectionOf(em: EntityManager): AbstractSqlConnection {
  const connection = em.getConnection();
  const execute: AbstractSqlConnection['execute'] = (sql, values, method, transaction, log) =>
    connection.execute(sql, values, method, transaction ?? em.getTransactionContext(), log);

  return Object.create(connection, { execute: { value: execute } });
}
