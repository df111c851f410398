import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ConnectionSettings, createOrm, type Orm, type OwnModel, User } from '../../src/index.js';
import { safeMigrator } from '../../src/migrator/safe-migrator.js';
import { fingerprint } from '../../src/testing/databases/fingerprint.js';
import { openDatabase } from '../../src/testing/databases/open-database.js';
import { connectToTestServer } from '../../src/testing/server/connect.js';
import { connectClient } from '../../src/testing/server/connect-client.js';
import { TestWorker } from '../../src/testing/worker.js';

/** Two folders of migrations, as a package above has them, and the key of their template. */
async function makeHistory() {
  const root = await mkdtemp(join(tmpdir(), 'codex-template-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [ours, own] = [join(root, 'ours'), join(root, 'own')];
  const write = (folder: string, text: string) => writeFile(join(folder, 'Migration1.ts'), text);

  for (const folder of [ours, own]) {
    await mkdir(folder);
    await write(folder, '1');
  }

  return {
    ours,
    own,
    write,
    key: async ({ referenceData, parts = [] }: OwnModel & { parts?: string[] } = {}) => {
      const orm = new MikroORM({
        clientUrl: 'postgresql://nobody@localhost/nothing',
        entities: [],
        discovery: { warnWhenNoEntities: false },
        extensions: [safeMigrator([ours, own], { referenceData }, 'tcp')],
      });

      return fingerprint(orm, parts);
    },
  };
}

describe('the key of a template', () => {
  test('is the same for the same migrations, and another for another server or other sentinels', async () => {
    const { key } = await makeHistory();
    const keys = [
      await key({ parts: ['18', 'a'] }),
      await key({ parts: ['17', 'a'] }),
      await key({ parts: ['18', 'b'] }),
    ];

    expect(await key({ parts: ['18', 'a'] })).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
  });

  test.for(['ours', 'own'] as const)('is another one once a migration has changed (%s)', async (which) => {
    const { key, write, [which]: folder } = await makeHistory();
    const before = await key();
    await write(folder, '2');

    expect(await key()).not.toBe(before);
  });

  test('is another one for other reference data', async () => {
    const { key } = await makeHistory();
    const keys = [
      await key(),
      await key({ referenceData: async (em) => void (await em.count(User)) }),
      await key({ referenceData: async (em) => void (await em.find(User, {})) }),
    ];

    expect(new Set(keys).size).toBe(3);
  });
});

describe('reference data', { timeout: 60_000 }, () => {
  test('are those of now in each database, though the template is an older one', async () => {
    const openWith = async (name: string) => {
      const worker = await TestWorker.open({
        createOrm: (settings) =>
          createOrm({
            ...settings,
            referenceData: async (em) => {
              await em.upsert(User, { id: 'editors', name, email: 'editors@example.org' });
            },
          }),
      });
      onTestFinished(() => worker.close());
      return worker;
    };
    const nameOf = async (orm: Orm) => (await orm.em.fork().findOne(User, 'editors'))?.name;
    const first = await openWith('Editors');
    const second = await openWith('Editorial');
    const slot = await second.takeSlot();
    await slot.beginTest();
    const inSlot = await nameOf(slot.orm);
    await slot.endTest(async () => {});
    await second.giveSlot(slot);
    const clone = await second.clone();
    const orm = second.source.createOrm({ method: 'LOCAL_PROXY', url: clone.url });
    onTestFinished(() => orm.close());

    expect(second.template.name).toBe(first.template.name);
    expect([inSlot, await nameOf(orm)]).toEqual(['Editorial', 'Editorial']);
  });
});

describe('a template', { timeout: 60_000 }, () => {
  const sentinels = () => `insert into users (id, name, email) values ('new', 'New', '${randomUUID()}@example.org')`;

  test('is made by one of all that need it, and nobody connects to it', async () => {
    const source = { createOrm: vi.fn((settings: ConnectionSettings) => createOrm(settings)), sentinels: sentinels() };
    const workers = await Promise.all([1, 2, 3].map(() => TestWorker.open(source)));
    onTestFinished(async () => void (await Promise.all(workers.map((worker) => worker.close()))));
    const [{ admin, template }] = workers as [TestWorker];

    // One ORM for each to find the template's key, and one on the template.
    expect(source.createOrm).toHaveBeenCalledTimes(4);
    await expect(connectClient(admin.urlOf(template.name))).rejects.toThrow(/not currently accepting connections/);
  });

  test('stays while somebody uses it', async () => {
    const worker = await TestWorker.open({ createOrm: (settings) => createOrm(settings), sentinels: sentinels() });
    const other = await connectToTestServer();
    onTestFinished(() => other.end());

    expect(await other.tryLock(worker.template.name)).toBe(false);
    await worker.close();
    await vi.waitUntil(() => other.tryLock(worker.template.name), { timeout: 10_000 });
  });
});

describe('an ORM that cannot be made', { timeout: 60_000 }, () => {
  const referenceData = async () => {};

  /** A worker whose next ORM fails. */
  async function openFailing(model: OwnModel) {
    let isBroken = false;
    const worker = await TestWorker.open({
      createOrm: (settings: ConnectionSettings) => {
        if (isBroken) {
          throw new Error('on purpose');
        }

        return createOrm({ ...settings, ...model });
      },
    });
    onTestFinished(() => worker.close());
    isBroken = true;
    return worker;
  }

  test.for([{}, { referenceData }])('leaves no slot behind that nobody else gets', async (model) => {
    const worker = await openFailing(model);
    await expect(worker.takeSlot()).rejects.toThrow('on purpose');

    const held = await worker.admin.query(
      `select from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and pid = pg_backend_pid()`,
    );
    expect(held).toEqual([]);
  });

  test.for([{}, { referenceData }])('leaves no database behind', async (model) => {
    const worker = await openFailing(model);
    await expect(openDatabase(worker)).rejects.toThrow('on purpose');

    const left = await worker.admin.query('select from pg_database where starts_with(datname, $1)', [
      worker.names.ownerLock(),
    ]);
    expect(left).toEqual([]);
  });
});
