import { describe, expect } from 'vitest';
import { DatabaseError } from '../../src/index.js';
import { type Difference, differences } from './differences.js';
import { catchError, collect, expectSame, test } from './transports.js';

/** A database's own code where there is one, however it is wrapped. */
const codeOf = ({ sqlState, code }: { sqlState?: string; code?: string }) => sqlState ?? code;

describe('a difference between the transports', () => {
  test.for(differences)('is $what', async ({ level, sql, parameters, outcomes }: Difference, { orms, drivers }) => {
    const found = await collect((transport) =>
      (level === 'orm' ? orms[transport].em.fork().execute(sql) : drivers[transport](sql, parameters)).catch(codeOf),
    );

    expectSame(found, outcomes);
  });

  test('is the error that an executor throws, which holds PostgreSQL’s as its cause', async ({ drivers }) => {
    const thrown = await collect((transport) => catchError(drivers[transport]('select 1/0')));

    expect([thrown.tcp.code, thrown.websocket.code, thrown.http.cause.code]).toEqual(Array(3).fill('22012'));
    expect(thrown.http).toBeInstanceOf(DatabaseError);
    expect(thrown.tcp).not.toBeInstanceOf(DatabaseError);
  });

  test('is the class of an interval, of which every driver has its own', async ({ drivers }) => {
    const read = await collect(async (transport) => (await drivers[transport](`select interval '1 day' as i`))[0]!.i);

    const classes = new Set(Object.values(read).map((interval) => (interval as object).constructor));
    expect([...classes].map(({ name }) => name)).toEqual(['PostgresInterval', 'PostgresInterval', 'PostgresInterval']);
  });
});
