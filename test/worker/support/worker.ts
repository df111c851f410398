import { createEdgeDatabase, createHttpExecutor } from '../../../src/edge/index.js';
import {
  assertScopeEnforced,
  type ConnectionEnvironment,
  inScope,
  isCheckViolation,
  isUniqueViolation,
  Organization,
  readConnectionSettings,
  User,
  type WaitUntil,
  withOrm,
} from '../../../src/worker/index.js';

// The Worker under test: what its users would write, with a route for each thing that it must be able to do.

type Route = (environment: ConnectionEnvironment, context: WaitUntil, request: Request) => Promise<unknown>;

const routes: Record<string, Route> = {
  '/edge/read': async (environment) => {
    const executor = createHttpExecutor(readConnectionSettings(environment));
    return createEdgeDatabase(executor)
      .selectFrom('users')
      .select(['id', 'email', 'createdAt'])
      .orderBy('id')
      .execute();
  },

  '/edge/write': async (environment) => {
    const executor = createHttpExecutor(readConnectionSettings(environment));
    const ada = { id: 'ada', name: 'Ada', email: 'ada@example.org' };
    return createEdgeDatabase(executor).insertInto('users').values(ada).returning(['id', 'emailVerified']).execute();
  },

  '/edge/batch': async (environment) => {
    const executor = createHttpExecutor(readConnectionSettings(environment));
    const { sql } = executor;
    return executor.batch([
      sql`insert into users (id, name, email) values ('bob', 'Bob', 'bob@example.org')`,
      sql`select count(*)::int as users from users where id = ${'bob'}`,
    ]);
  },

  '/edge/abort': async (environment) => {
    const executor = createHttpExecutor(readConnectionSettings(environment));
    const query = executor.query('select pg_sleep(50)', [], { signal: AbortSignal.timeout(1500) });
    return query.catch((error) => error.name);
  },

  '/orm/commit': (environment, context) =>
    withOrm(readConnectionSettings(environment), context, async (orm) => {
      await orm.em.fork().transactional(async (em) => {
        em.create(Organization, { name: 'Kept', slug: 'kept' });
        await em.flush();
        em.create(Organization, { name: 'Kept too', slug: 'kept-too' });
      });
      const kept = await orm.em.fork().find(Organization, {}, { orderBy: { slug: 'asc' } });
      return kept.map(({ slug, createdAt }) => ({ slug, isDate: createdAt instanceof Date }));
    }),

  '/orm/rollback': (environment, context) =>
    withOrm(readConnectionSettings(environment), context, async (orm) => {
      const failure = await orm.em
        .fork()
        .transactional(async (em) => {
          em.create(Organization, { name: 'Lost', slug: 'lost' });
          await em.flush();
          throw new Error('on purpose');
        })
        .catch((error) => error.message);
      return { failure, left: await orm.em.fork().count(Organization, { slug: 'lost' }) };
    }),

  '/orm/unique': (environment, context) =>
    withOrm(readConnectionSettings(environment), context, async (orm) => {
      const em = orm.em.fork();
      em.create(User, { id: 'eve', name: 'Eve', email: 'eve@example.org' });
      em.create(User, { id: 'eve2', name: 'Eve', email: 'eve@example.org' });
      return em.flush().then(
        () => 'no error',
        (error) => ({ isUniqueViolation: isUniqueViolation(error), isCheckViolation: isCheckViolation(error) }),
      );
    }),

  '/orm/update': (environment, context) =>
    withOrm(readConnectionSettings(environment), context, async (orm) => {
      const em = orm.em.fork();
      em.create(Organization, { name: 'Before', slug: 'changing' });
      await em.flush();
      const unit = orm.em.fork();
      const loaded = await unit.findOneOrFail(Organization, { slug: 'changing' });
      loaded.name = 'After';
      await unit.flush();
      unit.remove(loaded);
      await unit.flush();
      return { live: await orm.em.fork().count(Organization, { slug: 'changing' }), name: loaded.name };
    }),

  '/orm/stream': (environment, context) =>
    withOrm(readConnectionSettings(environment), context, async (orm) => {
      const slugs = [];
      for await (const { slug } of orm.em.fork().stream(Organization, { orderBy: { slug: 'asc' } })) {
        slugs.push(slug);
      }
      return slugs;
    }),

  '/orm/http': (environment, context) =>
    withOrm({ ...readConnectionSettings(environment), transport: 'http' }, context, async (orm) => {
      const em = orm.em.fork();
      const organizations = await em.find(Organization, {}, { orderBy: { slug: 'asc' } });
      em.create(Organization, { name: 'Refused', slug: 'refused' });
      const refusal = await em.flush().catch((error) => error.name);
      return { slugs: organizations.map(({ slug }) => slug), refusal };
    }),

  '/orm/transaction': (environment, context, request) =>
    withOrm(readConnectionSettings(environment), context, (orm) =>
      orm.em.fork().transactional(async (em) => {
        const slug = new URL(request.url).searchParams.get('slug')!;
        em.create(Organization, { name: slug, slug });
        await em.flush();
        const [session] = await em.execute(
          'select pg_backend_pid() as pid, pg_current_xact_id()::text as transaction, pg_sleep(0.05)',
        );
        const own = await em.count(Organization, { slug });
        return { ...session, own };
      }),
    ),

  '/scope': (environment, context, request) =>
    withOrm(readConnectionSettings(environment), context, async (orm) => {
      const [own = '', foreign = ''] = new URL(request.url).searchParams.getAll('id');
      const refusal = (work: Promise<unknown>) => work.catch((error) => error.code);
      await assertScopeEnforced(orm);
      const seen = await inScope(orm, { org: own }, async (em) => ({
        slugs: (await em.find(Organization, {})).map(({ slug }) => slug),
        sql: await em.execute('select slug from organizations'),
        wider: await refusal(inScope(orm, { org: foreign }, (inner) => inner.find(Organization, {}))),
      }));
      const write = inScope(orm, { org: own }, (em) => {
        em.getReference(Organization, foreign).name = 'Taken';
      });

      return { ...seen, write: await refusal(write) };
    }),

  '/edge/scope': async (environment, _, request) => {
    const [own = '', foreign = ''] = new URL(request.url).searchParams.getAll('id');
    const executor = createHttpExecutor(readConnectionSettings(environment));
    const db = createEdgeDatabase(executor, { scope: { org: own } });
    const wider = () => executor.scope({ org: own }).scope({ org: foreign });
    const refused = await Promise.resolve()
      .then(wider)
      .catch((error) => error.code);

    return { rows: await db.selectFrom('organizations').select('slug').execute(), refused };
  },

  '/orm/slow': (environment, context, { signal }) =>
    withOrm({ ...readConnectionSettings(environment), signal }, context, (orm) =>
      orm.em.fork().execute('select pg_sleep(60)'),
    ),
};

export default {
  async fetch(request: Request, environment: ConnectionEnvironment, context: WaitUntil): Promise<Response> {
    const { pathname } = new URL(request.url);

    try {
      return Response.json((await routes[pathname]!(environment, context, request)) ?? null);
    } catch (error) {
      const { name, message } = error as Error;
      return Response.json({ name, message }, { status: 500 });
    }
  },
};
