import { describe, expect } from 'vitest';
import { getErrorDetail } from '../../src/index.js';
import { failures, objects } from './errors.js';
import { catchError, collect, expectSame, judge, report, test } from './transports.js';

test.beforeAll(async ({ orm }) => {
  await orm.em.fork().execute(objects);
});

describe('MikroORM throws the same on every transport', () => {
  test.for(failures)('%s', async ([, sql, exception, code, { detail, hint, where, ...places } = {}], { orms }) => {
    const thrown = await collect((transport) => catchError(orms[transport].em.fork().execute(sql)));

    expect(thrown.tcp.constructor).toBe(exception);
    expect(thrown.tcp).toMatchObject({ code, ...places });
    expect(thrown.tcp.cause).toMatchObject({ code, ...places });
    expect(hint ?? thrown.tcp.cause.reveal('hint')).toBe(thrown.tcp.cause.reveal('hint'));
    expect(where ?? thrown.tcp.cause.reveal('where')).toBe(thrown.tcp.cause.reveal('where'));
    expect(detail ?? getErrorDetail(thrown.tcp)).toBe(getErrorDetail(thrown.tcp));
    expect(Object.keys(thrown.tcp)).not.toEqual(expect.arrayContaining(['detail', 'hint', 'where']));
    expectSame(report(thrown.websocket), report(thrown.tcp), 'websocket');
    expectSame(report(thrown.http), report(thrown.tcp), 'http');
    expectSame(judge(thrown.websocket), judge(thrown.tcp), 'websocket');
    expectSame(judge(thrown.http), judge(thrown.tcp), 'http');
  });
});
