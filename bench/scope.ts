import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createEdgeDatabase, createHttpExecutor, type EdgeDatabase } from '../src/edge/index.js';
import { Content, createOrm, type EntityManager, inScope } from '../src/index.js';
import { textTable } from '../src/local/text-table.js';
import { createEmptyDatabase } from '../src/testing/databases/clone-database.js';
import { createCrowd, crowdUuid } from '../test/support/crowd.js';
import { compare, type Ratio, type Variants } from './compare.js';

// `npm run bench:scope`: what a scope costs, next to the same query without one and next to a `where` by hand. On the
// embedded server of the tests, or on that of `TEST_DATABASE_URL`.
const rounds = 15;
const turns = 25;
const organizations = 100;
const scope = { org: crowdUuid(7) };

/** Content of the scope. */
const ids = Array.from({ length: 10 }, (_, index) => crowdUuid(7 + index * organizations));

const database = await createEmptyDatabase();

try {
  await database.orm.migrator.up();
  await createCrowd(database.orm, { organizations, contents: 20_000 });
  const orm = createOrm({ method: 'LOCAL_PROXY', url: database.url, poolSize: 1 });
  const proxy = fork(fileURLToPath(new URL('neon-proxy.ts', import.meta.url)), [database.url]);
  const [proxyPort] = (await once(proxy, 'message')) as [number];
  const executor = createHttpExecutor({ method: 'LOCAL_PROXY', url: database.url, proxyPort });

  try {
    const rows = [];

    for (const [transport, name, variants] of [...tcpCases(), ...httpCases()]) {
      const { milliseconds, ratios } = await compare(variants, rounds, turns);
      rows.push([
        transport,
        name,
        `${milliseconds.toFixed(2)} ms`,
        ...['unscoped', 'by hand', 'bare'].map((other) => show(ratios[other])),
      ]);
    }

    const headings = ['', 'in a scope', 'time', 'vs unscoped', 'vs a where by hand', 'vs no transaction'];
    console.log(`${textTable(headings, rows)}\n\nRatios: median of ${rounds} rounds, and the middle half of them.`);
  } finally {
    proxy.disconnect();
    await orm.close();
  }

  function tcpCases(): [transport: string, name: string, variants: Variants][] {
    const scoped = (work: (em: EntityManager) => Promise<unknown>) => () => inScope(orm, scope, work);
    const unscoped = (work: (em: EntityManager) => Promise<unknown>) => () => orm.em.fork().transactional(work);
    const find = (id: string, where: object) => (em: EntityManager) => em.findOneOrFail(Content, { id, ...where });
    const findTen = (where: object) => async (em: EntityManager) => {
      for (const id of ids) {
        await find(id, where)(em);
      }
    };
    const list = (where: object) => (em: EntityManager) =>
      em.find(
        Content,
        { status: 'published', ...where },
        { populate: ['creator', 'mediaItem'], orderBy: { publishedAt: 'desc', id: 'asc' }, limit: 50 },
      );
    const write = (where: object) => async (em: EntityManager) => {
      (await find(ids[0]!, where)(em)).title = crypto.randomUUID();
      await em.flush();
    };
    const byHand = { organization: scope.org };
    const variantsOf = (work: (where: object) => (em: EntityManager) => Promise<unknown>): Variants => ({
      scoped: scoped(work({})),
      unscoped: unscoped(work({})),
      'by hand': unscoped(work(byHand)),
      bare: () => work(byHand)(orm.em.fork()),
    });

    return [
      ['TCP', 'one read', variantsOf((where) => find(ids[0]!, where))],
      ['TCP', 'ten reads', variantsOf(findTen)],
      ['TCP', 'a list of 50 with creator and media', variantsOf(list)],
      ['TCP', 'a write', variantsOf(write)],
    ];
  }

  function httpCases(): [transport: string, name: string, variants: Variants][] {
    const all = createEdgeDatabase(executor);
    const scoped = createEdgeDatabase(executor, { scope });
    const find = (db: EdgeDatabase, isByHand = false) =>
      db
        .selectFrom('content')
        .selectAll()
        .where('id', '=', ids[0]!)
        .$if(isByHand, (query) => query.where('organizationId', '=', scope.org))
        .execute();
    const list = (db: EdgeDatabase, isByHand = false) =>
      db
        .selectFrom('content')
        .innerJoin('users', 'users.id', 'content.creatorId')
        .leftJoin('mediaItems', 'mediaItems.id', 'content.mediaItemId')
        .selectAll('content')
        .select(['users.name', 'mediaItems.r2Key', 'mediaItems.durationSeconds'])
        .where('content.status', '=', 'published')
        .$if(isByHand, (query) => query.where('content.organizationId', '=', scope.org))
        .orderBy('content.publishedAt', 'desc')
        .orderBy('content.id')
        .limit(50)
        .execute();
    const write = (db: EdgeDatabase, isByHand = false) =>
      db
        .updateTable('content')
        .set({ title: crypto.randomUUID() })
        .where('id', '=', ids[0]!)
        .$if(isByHand, (query) => query.where('organizationId', '=', scope.org))
        .execute();
    const batchOf = (where: string) =>
      ids.map((id) => ({
        text: `select * from content where id = $1 and deleted_at is null${where}`,
        parameters: [id],
      }));
    const variantsOf = (work: (db: EdgeDatabase, isByHand?: boolean) => Promise<unknown>): Variants => ({
      scoped: () => work(scoped),
      unscoped: () => work(all),
      'by hand': () => work(all, true),
    });

    return [
      ['HTTP', 'one read', variantsOf(find)],
      [
        'HTTP',
        'ten reads, as a batch',
        {
          scoped: () => executor.scope(scope).batch(batchOf('')),
          unscoped: () => executor.batch(batchOf('')),
          'by hand': () => executor.batch(batchOf(` and organization_id = '${scope.org}'`)),
        },
      ],
      ['HTTP', 'a list of 50 with creator and media', variantsOf(list)],
      ['HTTP', 'a write', variantsOf(write)],
    ];
  }
} finally {
  await database.drop();
}

function show(ratio: Ratio | undefined): string {
  return ratio ? `${ratio.median.toFixed(2)} (${ratio.from.toFixed(2)}–${ratio.to.toFixed(2)})` : '';
}
