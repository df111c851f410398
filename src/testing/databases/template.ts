import type { MikroORM } from '@mikro-orm/sql';
import type { ConnectionSettings } from '../../config/connection-settings.js';
import type { SafeMigrator } from '../../migrator/safe-migrator.js';
import type { Orm } from '../../orm/create-orm.js';
import { literal } from '../../sql/literal.js';
import { findAdded, type RunSql, type SentinelTable } from '../sentinels/keys.js';
import { sentinelSql, sentinelTables } from '../sentinels/rows.js';
import type { AdminSession } from '../server/admin-session.js';
import { fingerprint, referenceDataOf } from './fingerprint.js';
import type { Names } from './names.js';

/** An ORM of any entities. */
export type TestableOrm = MikroORM<any, any, any>;

/** The ORM of a package: its entities and its migrations, over TCP. */
export type CreateOrm<AnyOrm> = (settings: ConnectionSettings) => AnyOrm;

/** What the databases of a test are made of. */
export interface TemplateSource<AnyOrm extends TestableOrm = Orm> {
  createOrm: CreateOrm<AnyOrm>;
  /**
   * Adds rows to every database that no test may touch, beside those in the tables of this package. As SQL, or as what to
   * do with an entity manager; either way a change of its text makes a new template.
   */
  sentinels?: string | ((em: AnyOrm['em']) => void | Promise<void>) | undefined;
}

/** A migrated database with the sentinels in it. Nobody can connect to it, so it can be cloned at any time. */
export interface Template {
  name: string;
  sentinels: SentinelTable[];
  /** Whether its copies need {@link refreshReferenceData}. */
  hasReferenceData: boolean;
}

/** One template is made at a time: the roles that migrations create belong to the whole server. */
const buildLock = 'codex_test/build';

/** Finds the template, or makes it. It stays at least as long as the session. */
export async function openTemplate<AnyOrm extends TestableOrm>(
  admin: AdminSession,
  names: Names,
  source: TemplateSource<AnyOrm>,
): Promise<Template> {
  const [server] = await admin.query<{ version: string }>(`select current_setting('server_version_num') as version`);
  const parts = [server?.version ?? '', sentinelSql, String(source.sentinels ?? '')];
  const { key, hasReferenceData } = await withOrm(source, admin.url, async (orm) => ({
    key: await fingerprint(orm, parts),
    hasReferenceData: referenceDataOf(orm) !== undefined,
  }));
  const name = names.template(key);
  await admin.lock(name, 'shared');
  const sentinels =
    (await read(admin, name)) ??
    (await admin.whileLocked(buildLock, async () => (await read(admin, name)) ?? (await build(admin, name, source))));

  return { name, sentinels, hasReferenceData };
}

async function withOrm<AnyOrm extends TestableOrm, Result>(
  { createOrm }: TemplateSource<AnyOrm>,
  url: string,
  work: (orm: AnyOrm) => Promise<Result>,
): Promise<Result> {
  const orm = createOrm(settingsOf(url));

  try {
    orm.config.get('migrations').silent = true;
    return await work(orm);
  } finally {
    await orm.close();
  }
}

/**
 * Writes the reference data into a copy of the template. There they are as they were when it was made: the rows may come
 * from another file than the step that writes them, and the template's key knows the step alone.
 */
export async function refreshReferenceData<AnyOrm extends TestableOrm>(
  { hasReferenceData }: Template,
  source: TemplateSource<AnyOrm>,
  url: string,
): Promise<void> {
  hasReferenceData &&
    (await withOrm(source, url, async ({ migrator }) => (migrator as SafeMigrator).writeReferenceData()));
}

/** A template without its note was left half done by a run that was killed. */
async function read(admin: AdminSession, name: string): Promise<SentinelTable[] | undefined> {
  const [found] = await admin.query<{ note: string | null }>(
    `select shobj_description(oid, 'pg_database') as note from pg_database where datname = $1`,
    [name],
  );

  return found?.note ? JSON.parse(found.note) : undefined;
}

async function build<AnyOrm extends TestableOrm>(
  admin: AdminSession,
  name: string,
  source: TemplateSource<AnyOrm>,
): Promise<SentinelTable[]> {
  await admin.query(`drop database if exists "${name}" with (force)`);
  await admin.query(`create database "${name}" template template0`);
  const sentinels = await withOrm(source, admin.urlOf(name), async (orm) => {
    await orm.migrator.up();
    return seed(orm, source.sentinels);
  });

  await admin.query(`alter database "${name}" with allow_connections false`);
  // The last step: it says that all before it is done.
  await admin.query(`comment on database "${name}" is ${literal(JSON.stringify(sentinels))}`);

  return sentinels;
}

async function seed<AnyOrm extends TestableOrm>(
  orm: AnyOrm,
  own: TemplateSource<AnyOrm>['sentinels'],
): Promise<SentinelTable[]> {
  const em = orm.em.fork();
  const run: RunSql = (sql) => em.execute(sql);
  const [model] = await run<{ count: string }>(
    `select count(*) from pg_tables where schemaname = 'public' and tablename in (${sentinelTables.map(literal).join(', ')})`,
  );

  return findAdded(run, async () => {
    if (Number(model?.count) === sentinelTables.length) {
      await em.execute(sentinelSql);
    }

    if (typeof own === 'string') {
      await em.execute(own);
    } else if (own) {
      await own(em);
      await em.flush();
    }
  });
}

export const settingsOf = (url: string): ConnectionSettings => ({ method: 'LOCAL_PROXY', url });
