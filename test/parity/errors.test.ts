import { describe, expect } from 'vitest';
import { failures, objects } from './errors.js';
import { catchError, collect, expectSame, judge, report, test } from './transports.js';

test.beforeAll(async ({ orm }) => {
  await orm.em.fork().execute(objects);
});

describe('MikroORM throws the same on every transport', () => {
  test.for(failures)('%s', async ([, sql, exception, code, fields = {}], { orms }) => {
    const thrown = await collect((transport) => catchError(orms[transport].em.fork().execute(sql)));

    expect(thrown.tcp.constructor).toBe(exception);
    expect(thrown.tcp).toMatchObject({ code, ...fields });
    expectSame(report(thrown.websocket), report(thrown.tcp), 'websocket');
    expectSame(report(thrown.http), report(thrown.tcp), 'http');
    expectSame(judge(thrown.websocket), judge(thrown.tcp), 'websocket');
    expectSame(judge(thrown.http), judge(thrown.tcp), 'http');
  });
});
