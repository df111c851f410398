import { neon, neonConfig } from '@neondatabase/serverless';
import fc from 'fast-check';
import { afterEach, describe, expect, vi } from 'vitest';
import { createHttpExecutor, type HttpExecutor } from '../../src/edge/index.js';
import { giveOne, type Received, type StandIn, test as standInTest } from './support/stand-in.js';

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.set(neonConfig, 'opts', {});
});

/** A client of Neon's own driver that asks the same stand-in. */
function driverAt({ settings: { url, proxyPort } }: StandIn) {
  neonConfig.fetchEndpoint = `http://127.0.0.1:${proxyPort}/sql`;
  const { username, password, pathname } = new URL(url);
  return neon(`postgresql://${username}:${password}@127.0.0.1:${proxyPort}${pathname}`, { fullResults: true });
}

/** What Neon reads of a request. It drops the parameters of the URL. */
const asNeonReads = ({ headers, body }: Received) => ({
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('neon-'))
      .map(([name, value]) => [name, String(value).replace(/\?.*$/, '')]),
  ),
  type: headers['content-type'],
  body,
});

type Driver = ReturnType<typeof driverAt>;

/** Has the executor and the driver ask for the same, and compares what arrived. */
async function compare(
  standIn: StandIn,
  ours: (executor: HttpExecutor) => PromiseLike<unknown>,
  theirs: (driver: Driver) => PromiseLike<unknown>,
): Promise<void> {
  standIn.received.length = 0;
  await ours(createHttpExecutor(standIn.settings));
  await theirs(driverAt(standIn));
  const [own, driver] = standIn.received.map(asNeonReads);

  expect(own).toEqual(driver);
}

const parameter = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.date({ min: new Date('-004713-01-01'), max: new Date('+099999-01-01'), noInvalidDate: true }),
    fc.uint8Array({ minLength: 1 }),
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.array(tie('element'), { maxLength: 4 }),
  ),
  // The driver itself fails on bytes inside an array, unless they are a Buffer.
  element: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('element'), { maxLength: 3 }),
  ),
})).value;

describe('a request', () => {
  standInTest('is what Neon’s own driver sends for the same parameters', { timeout: 60_000 }, async ({ standIn }) => {
    const server = await standIn(giveOne);

    await fc.assert(
      fc.asyncProperty(fc.array(parameter, { maxLength: 4 }), async (parameters) => {
        await compare(
          server,
          ({ query }) => query('select 1', parameters),
          (driver) => driver.query('select 1', parameters),
        );
      }),
      { numRuns: 150 },
    );
  });

  standInTest('is what Neon’s own driver sends for a batch with its options', async ({ standIn }) => {
    const server = await standIn((response) => {
      const result = { fields: [], rows: [], command: 'SELECT', rowCount: 0, rowAsArray: true };
      response.end(JSON.stringify({ results: [result, result] }));
    });

    for (const readOnly of [true, false, undefined]) {
      for (const deferrable of [true, undefined]) {
        await compare(
          server,
          ({ batch }) => batch(['select 1', 'select 2'], { isolationLevel: 'repeatable read', readOnly, deferrable }),
          (driver) =>
            driver.transaction([driver.query('select 1'), driver.query('select 2')], {
              isolationLevel: 'RepeatableRead',
              ...(readOnly !== undefined && { readOnly }),
              ...(deferrable !== undefined && { deferrable }),
            }),
        );
      }
    }
  });

  standInTest('goes to the address that Neon’s own driver takes', async () => {
    const url = 'postgresql://ada:s3cret@ep-x-pooler.eu-central-1.aws.neon.tech/codex?sslmode=require';
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (address: string) => {
      asked.push(address);
      return Response.json({ fields: [], rows: [], command: 'SELECT', rowCount: 0 });
    });

    await createHttpExecutor(url).query('select 1');
    await neon(url).query('select 1');

    expect(asked).toEqual(Array(2).fill('https://api.eu-central-1.aws.neon.tech/sql'));
  });

  standInTest('has those parameters of the URL that Neon reads', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);
    const ask = (parameters: string) =>
      createHttpExecutor({ ...settings, url: `${settings.url}?${parameters}` }).query('select 1');
    await ask('options=neon_lsn%3A0%2F1F&application_name=x');
    await ask('options=-c%20statement_timeout%3D1&application_name=x');

    const sent = received.map(({ headers }) => new URL(headers['neon-connection-string'] as string).search);
    expect(sent).toEqual(['?options=neon_lsn%3A0%2F1F', '']);
  });

  standInTest('takes its login to no other host', async ({ standIn }) => {
    const other = await standIn(giveOne);
    const first = await standIn((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${other.settings.proxyPort}/sql` }).end(),
    );

    await expect(createHttpExecutor(first.settings).query('select 1')).rejects.toThrow('HTTP status 307');
    expect(other.received).toEqual([]);
  });
});
