import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Miniflare } from 'miniflare';
import { describe, expect, vi } from 'vitest';
import { compilePackage } from '../../bench/bundle.js';
import type { ConnectionSettings } from '../../src/config/connection-settings.js';
import { Organization } from '../../src/entities/organization.entity.js';
import { test as base } from '../support/database-per-file.js';

interface Worker {
  /** The answer to a request, as JSON. */
  ask(path: string): Promise<any>;
  /** Sends a request whose answer nobody waits for, and returns how to abort it. */
  begin(path: string): Promise<() => void>;
}

function startWorker(script: string, { url, proxyPort }: ConnectionSettings, flags: string[]): Miniflare {
  return new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents: script }],
    compatibilityDate: '2026-07-01',
    compatibilityFlags: flags,
    bindings: { DB_METHOD: 'LOCAL_PROXY', DATABASE_URL_LOCAL_PROXY: url, CODEX_PROXY_PORT: String(proxyPort) },
  });
}

async function ask(miniflare: Miniflare, path: string): Promise<any> {
  const response = await miniflare.dispatchFetch(`http://worker${path}`);
  return response.json();
}

/** The runtime notices a client that goes away by a reset of its connection, but not by its mere end. */
async function begin(miniflare: Miniflare, path: string): Promise<() => void> {
  const { hostname, port } = await miniflare.ready;
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: worker\r\n\r\n`);

  return () => void socket.resetAndDestroy();
}

const test = base
  .extend('bundle', { scope: 'file' }, async () => {
    const compiled = compilePackage();

    try {
      return await compiled.bundle(`export { default } from './test/worker/support/worker.ts'`);
    } finally {
      compiled.remove();
    }
  })
  .extend('worker', { scope: 'file' }, async ({ bundle, neon }, { onCleanup }): Promise<Worker> => {
    const miniflare = startWorker(bundle.code, neon, ['nodejs_compat', 'enable_request_signal']);
    onCleanup(() => miniflare.dispose());

    return { ask: (path) => ask(miniflare, path), begin: (path) => begin(miniflare, path) };
  });

/** How many connections the Workers have to the database, apart from this test's own. */
const countBackends = `select count(*)::int as backends from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name = '@codex/database'`;

describe('in a Worker', () => {
  test('an edge database writes and reads', async ({ worker, orm }) => {
    expect(await worker.ask('/edge/write')).toEqual([{ id: 'ada', emailVerified: false }]);

    const [ada] = await worker.ask('/edge/read');

    expect(ada).toMatchObject({ id: 'ada', email: 'ada@example.org' });
    expect(Date.parse(ada.createdAt)).toBeGreaterThan(0);
    expect(await orm.em.fork().execute(`select id from users where id = 'ada'`)).toHaveLength(1);
  });

  test('a batch runs as one transaction', async ({ worker }) => {
    expect(JSON.stringify(await worker.ask('/edge/batch'))).toContain('{"users":1}');
    expect(await worker.ask('/edge/batch')).toMatchObject({ name: 'QueryFailedError' });
  });

  test('a unit of work commits', async ({ worker, orm }) => {
    expect(await worker.ask('/orm/commit')).toEqual([
      { slug: 'kept', isDate: true },
      { slug: 'kept-too', isDate: true },
    ]);
    expect(await orm.em.fork().count(Organization, { slug: ['kept', 'kept-too'] })).toBe(2);
  });

  test('a unit of work rolls back', async ({ worker }) => {
    expect(await worker.ask('/orm/rollback')).toEqual({ failure: 'on purpose', left: 0 });
  });

  test('a unit of work updates and removes softly', async ({ worker, em }) => {
    expect(await worker.ask('/orm/update')).toEqual({ live: 0, name: 'After' });
    expect(await em.count(Organization, { slug: 'changing' }, { filters: { notDeleted: false } })).toBe(1);
  });

  test('a unique violation is recognised', async ({ worker }) => {
    expect(await worker.ask('/orm/unique')).toEqual({ isUniqueViolation: true, isCheckViolation: false });
  });

  test('a scope sees and writes its own rows only, over WebSocket and over HTTP', async ({ worker, em }) => {
    const [own, foreign] = ['scoped-own', 'scoped-foreign'].map((slug) =>
      em.create(Organization, { name: slug, slug }),
    );
    await em.flush();
    const query = `?id=${own!.id}&id=${foreign!.id}`;
    const rows = [{ slug: 'scoped-own' }];

    expect(await worker.ask(`/scope${query}`)).toEqual({
      slugs: ['scoped-own'],
      sql: rows,
      wider: 'SCOPE_REFUSED',
      write: 'OUT_OF_SCOPE',
    });
    expect(await worker.ask(`/edge/scope${query}`)).toEqual({ rows, refused: 'SCOPE_REFUSED' });
    expect((await em.fork().findOneOrFail(Organization, foreign!.id)).name).toBe('scoped-foreign');
  });

  test('rows are streamed', async ({ worker, em }) => {
    const slugs = ['streamed-1', 'streamed-2', 'streamed-3'];
    slugs.forEach((slug) => void em.create(Organization, { name: slug, slug }));
    await em.flush();

    expect(await worker.ask('/orm/stream')).toEqual(expect.arrayContaining(slugs));
  });

  test('an ORM over HTTP reads, and refuses to flush', async ({ worker, em }) => {
    em.create(Organization, { name: 'Read', slug: 'read-over-http' });
    await em.flush();

    const { slugs, refusal } = await worker.ask('/orm/http');

    expect(slugs).toContain('read-over-http');
    expect(refusal).toBe('TransactionNotSupportedError');
    expect(await em.fork().count(Organization, { slug: 'refused' })).toBe(0);
  });

  test('fifty requests at once have a connection and a transaction each', async ({ worker, em }) => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => worker.ask(`/orm/transaction?slug=at-once-${index}`)),
    );

    expect(answers.filter(({ own }) => own !== 1)).toEqual([]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(50);
    expect(new Set(answers.map(({ transaction }) => transaction)).size).toBe(50);
    expect(await em.count(Organization, { slug: { $like: 'at-once-%' } })).toBe(50);
  });

  test('no connection outlives its request', async ({ worker, em }) => {
    await worker.ask('/orm/commit');

    await vi.waitFor(async () => expect(await em.execute(countBackends)).toEqual([{ backends: 0 }]), 5000);
  });

  test('an aborted request ends its query on the server', async ({ worker, em }) => {
    const sleeping = `select count(*)::int as sleeping from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'`;
    const abort = await worker.begin('/orm/slow');
    await vi.waitFor(async () => expect(await em.execute(sleeping)).toEqual([{ sleeping: 1 }]), 5000);

    abort();

    await vi.waitFor(async () => expect(await em.execute(sleeping)).toEqual([{ sleeping: 0 }]), 5000);
  });

  test('a signal ends a query over HTTP', async ({ worker, em }) => {
    const sleeping = `select count(*)::int as sleeping from pg_stat_activity where query = 'select pg_sleep(50)' and state = 'active'`;

    const answer = worker.ask('/edge/abort');
    await vi.waitFor(async () => expect(await em.execute(sleeping)).toEqual([{ sleeping: 1 }]), 5000);

    expect(await answer).toBe('TimeoutError');
    await vi.waitFor(async () => expect(await em.execute(sleeping)).toEqual([{ sleeping: 0 }]), 5000);
  });

  test('without AsyncLocalStorage the ORM refuses to work, and the edge database works', async ({ bundle, neon }) => {
    const miniflare = startWorker(bundle.code, neon, []);

    try {
      expect(await ask(miniflare, '/orm/commit')).toEqual({
        name: 'ConfigurationError',
        message: expect.stringContaining('Add the compatibility flag nodejs_compat'),
      });
      expect(await ask(miniflare, '/edge/read')).toEqual(expect.any(Array));
    } finally {
      await miniflare.dispose();
    }
  });
});

test('the bundle has neither pg, nor what builds code at run time, nor what is for Node alone', ({ bundle }) => {
  const foreign = bundle.inputs.filter((path) =>
    /node_modules\/(pg|pg-pool|pg-cursor|pg-protocol|@mikro-orm\/(postgresql|migrations|seeder))\//.test(path),
  );

  expect(foreign).toEqual([]);
  expect(bundle.code).not.toMatch(/from\s*"(node:)?(net|tls|fs|dns)"/);
});

test('the compiled functions are those of the entities', async () => {
  const { compiledFile, compileFunctions } = await import('../../src/worker/compile/compile-functions.js');

  expect(await readFile(compiledFile, 'utf8')).toBe(compileFunctions());
}, 60_000);
