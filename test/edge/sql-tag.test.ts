import { inspect } from 'node:util';
import { describe, expect } from 'vitest';
import { createHttpExecutor } from '../../src/edge/index.js';
import { test } from './support/neon.js';
import { giveOne, test as standInTest } from './support/stand-in.js';

describe('sql', () => {
  test('sends values as parameters', ({ executor: { sql } }) => {
    const { text, parameters } = sql`select ${"'; drop table users; --"}::text, ${2}`;

    expect(text).toBe('select $1::text, $2');
    expect(parameters).toEqual(["'; drop table users; --", 2]);
  });

  test('takes a statement among the values into the text', async ({ executor: { sql } }) => {
    const condition = (n: number) => sql`n > ${n} and n < ${n + 2}`;
    const statement = sql`select n from generate_series(${0}::int, ${9}::int) as n where ${condition(4)} or ${condition(6)} or n = ${9}`;

    expect(statement.text).toContain('where n > $3 and n < $4 or n > $5 and n < $6 or n = $7');
    expect(await statement).toEqual([{ n: 5 }, { n: 7 }, { n: 9 }]);
  });

  test('nests without values, at the beginning and at the end', ({ executor: { sql } }) => {
    expect(sql`${sql`select ${1}`}, ${sql`${sql`${2}`}`}`.text).toBe('select $1, $2');
    expect(sql`${sql`select`} ${sql`1`}`).toMatchObject({ text: 'select 1', parameters: [] });
  });

  test('sends binary values as bytea', async ({ executor: { sql } }) => {
    const bytes = new Uint8Array([0, 1, 254, 255]);
    const [row] = await sql`select ${bytes} as array, ${bytes.buffer} as buffer, ${Buffer.from(bytes)} as node`;

    expect(row).toEqual({ array: Buffer.from(bytes), buffer: Buffer.from(bytes), node: Buffer.from(bytes) });
  });

  test('shows no value when it is printed', ({ executor: { sql } }) => {
    const statement = sql`select ${'hidden'}`;

    expect(`${inspect(statement, { showHidden: true, depth: 9 })}${JSON.stringify(statement)}`).not.toContain('hidden');
    expect(Object.prototype.toString.call(statement)).toBe('[object SqlStatement]');
  });

  test('behaves as a promise', async ({ executor: { sql } }) => {
    let isSettled = false;

    expect(await sql`select broken`.catch(() => 'caught')).toBe('caught');
    expect(
      await sql`select 1 as n`.finally(() => {
        isSettled = true;
      }),
    ).toEqual([{ n: 1 }]);
    expect(isSettled).toBe(true);
  });

  standInTest('runs when it is first awaited, and only then', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);
    const statement = createHttpExecutor(settings).sql`select 1 as n`;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(received).toHaveLength(0);

    expect(await statement).toEqual([{ n: 1 }]);
    expect(await Promise.all([statement, statement])).toEqual([[{ n: 1 }], [{ n: 1 }]]);
    expect(received).toHaveLength(1);
  });
});
