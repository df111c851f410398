import { describe, expect } from 'vitest';
import { createOrm, transports } from '../../src/index.js';
import { databaseUrl } from '../support/database-url.js';
import { catchError, marker, print, test } from './canary.js';

describe('a login that is refused', () => {
  test.for(transports)('says so, and shows no password: %s', async (transport, { orm, neon }) => {
    const stranger = createOrm({ ...neon, url: databaseUrl(orm, { user: 'stranger', password: marker }), transport });
    const error = await catchError(() => stranger.em.fork().execute('select 1'));
    await stranger.close();

    expect((error as Error).message).toMatch(
      /^(The database refused the connection: .* \(SQLSTATE 28|No answer from )/,
    );
    expect(print(error)).not.toContain(marker);
  });
});

describe('a database that is missing', () => {
  test('is still recognised and made by the schema generator', async ({ orm }) => {
    const name = `codex_test_missing_${process.pid}`;
    const missing = createOrm({ method: 'LOCAL_PROXY', url: databaseUrl(orm, { database: name }) });
    const error = await catchError(() => missing.em.fork().execute('select 1'));

    try {
      expect(error).toMatchObject({
        code: '3D000',
        message: `The database refused the connection: database "${name}" does not exist.`,
      });
      await missing.schema.ensureDatabase();
      expect(await missing.em.fork().execute('select current_database() as name')).toEqual([{ name }]);
    } finally {
      await missing.close();
      await orm.em.fork().execute(`drop database if exists "${name}" with (force)`);
    }
  });
});
