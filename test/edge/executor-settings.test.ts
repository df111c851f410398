import { inspect } from 'node:util';
import { neonConfig } from '@neondatabase/serverless';
import { describe, expect } from 'vitest';
import { ConfigurationError, createHttpExecutor } from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { giveOne, settingsAt, test as standInTest } from './support/stand-in.js';

const wrongUrls = [
  '',
  'ada:s3cret',
  'mysql://ada:s3cret@ep-x.neon.tech/codex',
  'postgres://ada:s3cret@/codex',
  'postgres://ada:s3cret@ep-x.neon.tech',
  'postgres://:s3cret@ep-x.neon.tech/codex',
  'postgres://ada@ep-x.neon.tech/codex?s3cret',
  'postgres://ada:s3cret%@ep-x.neon.tech/codex',
  'postgres://ada:s3cret@ep x.neon.tech/codex',
  'postgres://ada:s3cret@ep%20x.neon.tech/codex',
  'postgres://ada:s3cret@ep-x.neon.tech:99999/codex',
  'postgres://ada:s3cret@ep-x.neon.tech/codex?sslmode=disable',
];

describe('createHttpExecutor', () => {
  standInTest('leaves the settings of Neon’s driver alone, and does not look at them', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);
    neonConfig.fetchEndpoint = 'http://127.0.0.1:1/sql';
    neonConfig.poolQueryViaFetch = true;

    try {
      await createHttpExecutor(settings).query('select 1');
      expect(received).toHaveLength(1);
      expect(Reflect.get(neonConfig, 'opts')).toEqual({
        fetchEndpoint: 'http://127.0.0.1:1/sql',
        poolQueryViaFetch: true,
      });
    } finally {
      Reflect.set(neonConfig, 'opts', {});
    }
  });

  test.for(wrongUrls)('checks the URL at once, without showing it: %s', (url) => {
    for (const create of [
      () => createHttpExecutor(url),
      () => createHttpExecutor({ method: 'PRODUCTION', url }),
      () => createHttpExecutor(settingsAt(2), { readUrl: { method: 'PRODUCTION', url } }),
    ]) {
      const error = thrownBy(create);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(`${inspect(error)}${JSON.stringify(error)}${error.stack}`).not.toMatch(/s3cret|ada|neon\.tech/);
    }
  });

  test('says which of the two URLs is wrong', () => {
    const url = 'postgres://ada:s3cret@127.0.0.1/codex';

    expect(thrownBy(() => createHttpExecutor('x'))).toMatchObject({ variable: 'url' });
    expect(thrownBy(() => createHttpExecutor(url, { readUrl: 'x' }))).toMatchObject({
      variable: 'readUrl',
      message: expect.stringMatching(/^readUrl is not a URL/),
    });
  });

  test('refuses options that cannot work', () => {
    for (const options of [{ maxRetries: -1 }, { maxRetries: 0.5 }, { timeoutMs: 0 }, { timeoutMs: Infinity }]) {
      expect(() => createHttpExecutor(settingsAt(2), options)).toThrow(ConfigurationError);
    }
  });

  test('shows nothing of the URL when it is printed', () => {
    const executor = createHttpExecutor(settingsAt(2), { readUrl: 'postgres://reader:h1dden@127.0.0.1/codex' });

    for (const shown of [executor, executor.primary]) {
      const print = inspect(shown, { showHidden: true, depth: 9, getters: true }) + JSON.stringify(shown);
      expect(print).not.toMatch(/s3cret|h1dden|127\.0\.0\.1|reader/);
    }
  });

  test('takes a URL of this machine for the local proxy', async () => {
    const local = createHttpExecutor('postgres://ada:s3cret@localhost:5432/codex', { maxRetries: 0 });
    await expect(local.query('select 1')).rejects.toThrow(/"codex" at 127\.0\.0\.1:4444 for user "ada"/);
  });

  standInTest('sends to the right place', async ({ standIn }) => {
    const [one, two, third] = [await standIn(giveOne), await standIn(giveOne), await standIn(giveOne)];
    await createHttpExecutor(one.settings).query('select 1');
    await createHttpExecutor(two.settings).query('select 2');
    expect([one, two, third].map(({ received }) => received.length)).toEqual([1, 1, 0]);
  });

  standInTest('sends login and names as they are meant', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);
    await createHttpExecutor({ ...settings, url: 'postgres://a%40b:p%2F%3A%25%C3%A9@localhost:1/d%20%23b' }).query(
      'select 1',
    );

    const sent = new URL(received[0]!.headers['neon-connection-string'] as string);
    expect([sent.username, sent.password, sent.pathname].map(decodeURIComponent)).toEqual(['a@b', 'p/:%é', '/d #b']);
    expect(sent.host).toBe(`127.0.0.1:${settings.proxyPort}`);
  });
});

function thrownBy(act: () => unknown): any {
  try {
    act();
  } catch (error) {
    return error;
  }

  throw new Error('It did not throw.');
}
