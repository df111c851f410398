import { describe } from 'vitest';
import { expressions, statements } from './expressions.js';
import { bound, inlined } from './parameters.js';
import { collect, type Each, expectSame, test } from './transports.js';

function expectEqual({ tcp, websocket, http }: Each<unknown>, expected: unknown = tcp): void {
  expectSame(tcp, expected, 'tcp');
  expectSame(websocket, tcp, 'websocket');
  expectSame(http, tcp, 'http');
}

describe('MikroORM reads the same on every transport', () => {
  test.for(expressions)('%s', async ([expression, value], { orms }) => {
    const rows = await collect((transport) => orms[transport].em.fork().execute(`select ${expression} as value`));

    expectEqual(rows, [{ value }]);
  });

  test.for(statements)('%s', async ([sql, expected], { orms }) => {
    expectEqual(await collect((transport) => orms[transport].em.fork().execute(sql)), expected);
  });
});

describe('MikroORM writes the same on every transport', () => {
  test.for(inlined)('%s: %o', async ([type, value, read], { orms }) => {
    const sql = `select ?::${type} as value`;

    expectEqual(await collect((transport) => orms[transport].em.fork().execute(sql, [value])), [{ value: read }]);
  });
});

describe('the drivers read the same on every transport', () => {
  test.for(expressions)('%s', async ([expression], { drivers }) => {
    expectEqual(await collect((transport) => drivers[transport](`select ${expression} as value`)));
  });

  test.for(statements)('%s', async ([sql], { drivers }) => {
    expectEqual(await collect((transport) => drivers[transport](sql)));
  });
});

describe('the drivers write the same on every transport', () => {
  test.for(bound)('%s: %o', async ([type, value, read], { drivers }) => {
    const rows = await collect((transport) => drivers[transport](`select $1::${type} as value`, [value]));

    expectEqual(rows, [{ value: read }]);
  });
});
