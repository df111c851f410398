import { describe, expect } from 'vitest';
import { createOrm, type Orm, Session, transports } from '../../src/index.js';
import { catchError, expiresAt, guarded, marker, secretsOf, test } from './canary.js';

/** Work that has the marker among its values, and some that fails with it. */
async function useSecrets(orm: Orm, logging: object): Promise<void> {
  const newToken = `${marker}-token`;
  const row = { id: 'other', user: 'canary', token: newToken, expiresAt };
  const options = { logging, loggerContext: logging } as never;
  const fork = () => orm.em.fork(options);

  for (const { entity, properties } of guarded) {
    await fork().find(entity, secretsOf(properties), { populate: properties, ...(options as object) });
    await fork().qb(entity, 'it', 'read', logging).select(properties).where(secretsOf(properties)).execute();
    await fork().nativeUpdate(entity, { id: 'canary' }, secretsOf(properties), options);
  }

  await fork().execute('select * from sessions where token = ?', [newToken], 'all', logging);
  await fork().execute('select * from sessions where token = :token', { token: newToken } as never, 'all', logging);
  await catchError(() => fork().insert(Session, row, options));
  await catchError(() => fork().execute('select ?::uuid', [marker], 'all', logging));
  await fork().getKysely().selectFrom('sessions').selectAll().where('token', '=', newToken).execute();

  // Over HTTP these two are refused.
  const em = fork();
  em.create(Session, row);
  await catchError(() => em.flush());
  await catchError(async () => {
    for await (const _ of fork().stream(Session, { where: { token: newToken } })) {
      throw new Error('one is enough');
    }
  });
}

/** All that is printed while an ORM works. */
async function printedBy(orm: Orm, logging: object, prepare: (orm: Orm) => void): Promise<string> {
  const printed: string[] = [];

  for (const logger of [orm.config.getLogger(), orm.config.getSlowQueryLogger()]) {
    Reflect.set(logger, 'writer', (text: string) => printed.push(text));
  }

  try {
    prepare(orm);
    await useSecrets(orm, logging);
    return printed.join('\n');
  } finally {
    await orm.close();
  }
}

/** The ways to make MikroORM print more than it does by itself. */
const settings: [name: string, logging: object, prepare: (orm: Orm) => void][] = [
  ['nothing more', {}, () => {}],
  ['the slow-query log', {}, (orm) => orm.config.set('slowQueryThreshold', 0)],
  ['every debug mode', {}, (orm) => orm.config.getLogger().setDebugMode(true)],
  ['the debug mode that prints values', {}, (orm) => orm.config.set('debug', ['query', 'query-params'])],
  ['logging that a call turns on', { enabled: true }, () => {}],
  ['the debug mode of a call', { debugMode: ['query', 'query-params'] }, () => {}],
];

describe.each(transports)('over %s, debugging prints statements', (transport) => {
  test.for(settings)('with ? in place of values: %s', async ([, logging, prepare], { neon, canaries: _ }) => {
    const printed = await printedBy(createOrm({ ...neon, transport, debug: true }), logging, prepare);

    expect(printed).toContain('"token" = ?');
    expect(printed).not.toContain(marker);
  });

  test.for(settings)('and without it none has values: %s', async ([, logging, prepare], { neon, canaries: _ }) => {
    expect(await printedBy(createOrm({ ...neon, transport }), logging, prepare)).not.toContain(marker);
  });
});
