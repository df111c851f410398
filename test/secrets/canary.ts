import { inspect } from 'node:util';
import { createEdgeDatabase, createHttpExecutor, type EdgeDatabase, type HttpExecutor } from '../../src/edge/index.js';
import { Account, createOrm, type EntityManager, type Orm, Session, User, VerificationToken } from '../../src/index.js';
import { test as base } from '../support/database-per-file.js';

/** What no print may hold: it is part of every secret. */
export const marker = 'canary-4711';

const secretOf = (name: string): string => `${marker}-${name}`;

/** Every secret: its entity, its property, its table and its column. */
export const secrets = [
  { entity: Account, property: 'password', table: 'accounts', column: 'password' },
  { entity: Account, property: 'accessToken', table: 'accounts', column: 'access_token' },
  { entity: Account, property: 'refreshToken', table: 'accounts', column: 'refresh_token' },
  { entity: Account, property: 'idToken', table: 'accounts', column: 'id_token' },
  { entity: Session, property: 'token', table: 'sessions', column: 'token' },
  { entity: VerificationToken, property: 'value', table: 'verification_tokens', column: 'value' },
] as const;

/** The three entities that have secrets, and the properties that are. */
export const guarded = [...Map.groupBy(secrets, ({ entity }) => entity)].map(([entity, ofEntity]) => ({
  // One of them stands for all in the types.
  entity: entity as typeof Session,
  table: ofEntity[0]!.table as 'sessions',
  properties: ofEntity.map(({ property }) => property) as unknown as 'token'[],
  columns: ofEntity.map(({ column }) => column) as unknown as 'token'[],
}));

/** What an entity's secrets are, by name. */
export const secretsOf = (properties: readonly string[]) =>
  Object.fromEntries(properties.map((property) => [property, secretOf(property)]));

export const expiresAt = new Date('2030-01-01');

/** One row of each table that has secrets, all under the key `canary`, with the marker in each secret. */
export function createCanaries(em: EntityManager): object[] {
  const user = em.create(User, { id: 'canary', name: 'Ada', email: 'ada@example.org' });
  const { password, accessToken, refreshToken, idToken, token, value } = secretsOf(
    secrets.map((each) => each.property),
  );
  const tokens = { accessToken: accessToken!, refreshToken: refreshToken!, idToken: idToken!, password: password! };

  return [
    em.create(Account, { id: 'canary', user, accountId: 'ada', providerId: 'github', ...tokens }),
    em.create(Session, { id: 'canary', user, expiresAt, token: token! }),
    em.create(VerificationToken, { id: 'canary', identifier: 'ada@example.org', expiresAt, value: value! }),
  ];
}

/** A database with the canaries, over every transport. */
export const test = base
  .extend('canaries', { scope: 'file' }, async ({ orm }): Promise<void> => {
    const em = orm.em.fork();
    createCanaries(em);
    await em.flush();
  })
  .extend('orms', { scope: 'file' }, ({ orm, neon, canaries: _ }, { onCleanup }): Record<string, Orm> => {
    const websocket = createOrm({ ...neon, transport: 'websocket' });
    const http = createOrm({ ...neon, transport: 'http' });
    onCleanup(async () => {
      await Promise.all([websocket.close(), http.close()]);
    });

    return { tcp: orm, websocket, http };
  })
  .extend('executor', { scope: 'file' }, ({ neon, canaries: _ }): HttpExecutor => createHttpExecutor(neon))
  .extend('db', { scope: 'file' }, ({ executor }): EdgeDatabase => createEdgeDatabase(executor));

/** Every way in which a value gets onto a screen, into a log or into a response. */
export function print(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null;
  const prints = [
    inspect(value, { depth: null }),
    inspect(value, { depth: null, customInspect: false }),
    inspect(value, { depth: 10 }),
    ...(value instanceof Error ? [inspect(value, { depth: 10, showHidden: true })] : []),
    stringify(value),
    isObject && !(Symbol.iterator in value) ? stringify({ ...value }) : '',
    ...(isObject ? enumerate(value).map(([key, each]) => `${key}: ${stringify(each)}`) : []),
    ...(value instanceof Error ? [String(value), `${value.stack}`, value.message, print(value.cause)] : []),
  ];

  return prints.join('\n');
}

/** With what the prototypes have: some loggers walk through it too. */
function enumerate(value: object): [string, unknown][] {
  const entries: [string, unknown][] = [];

  for (const key in value) {
    entries.push([key, Reflect.get(value, key)]);
  }

  return entries;
}

const stringify = (value: unknown): string =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}` : each)) ?? '';

/** What the work throws. */
export async function catchError(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }

  throw new Error('Nothing was thrown.');
}
