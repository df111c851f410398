import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { createHttpExecutor, InvalidArgumentError } from '../../src/edge/index.js';
import { beginsLikeRead, findTransactionControl } from '../../src/edge/statement-kind.js';
import { test } from './support/neon.js';
import { rejectionOf } from './support/rejection.js';
import { giveOne, test as standInTest } from './support/stand-in.js';

const controls = [
  'abort',
  'begin',
  'begin work isolation level serializable',
  'commit',
  'commit and chain',
  "commit prepared 'x'",
  'end',
  'end transaction',
  'prepare transaction',
  "prepare transaction 'x'",
  'release s',
  'release savepoint s',
  'rollback',
  'rollback to savepoint s',
  'savepoint s',
  'start transaction',
  'set transaction read write',
  'set local transaction_read_only = off',
  'set "transaction_read_only" = off',
  'set session characteristics as transaction read write',
];

const innocent = [
  'select commit from begin',
  'commitment',
  'ending(1)',
  '"commit"',
  "'commit'",
  'set local statement_timeout = 1',
  'set session my.transaction = 1',
  'prepare x as select 1',
  'with begin as (select 1) select 1',
  'update x set commit = 1',
  '/* commit',
  '-- commit',
  '',
];

/** What PostgreSQL skips before the first word. */
const comment = fc.letrec<{ comment: string; inside: string }>((tie) => ({
  comment: tie('inside').map((inside) => `/*${inside}*/`),
  inside: fc
    .array(
      fc.oneof({ depthSize: 'small' }, fc.constantFrom('a', "'", '"', ' ', '\n', '$$', ';', '-- '), tie('comment')),
      {
        maxLength: 4,
      },
    )
    .map((parts) => parts.join('')),
})).comment;
const lineComment = fc
  .constantFrom('', ' commit', "'", '/*')
  .chain((inside) => fc.constantFrom('\n', '\r').map((end) => `--${inside}${end}`));
// Not the vertical tab, which is blank from PostgreSQL 16 on only.
const blank = fc.oneof(fc.constantFrom(' ', '\t', '\n', '\r', '\f'), comment, lineComment);
const lead = fc.array(fc.oneof(blank, fc.constant(';')), { maxLength: 5 }).map((parts) => parts.join(''));
const gap = fc.array(blank, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
const inAnyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join(''));

describe('findTransactionControl', () => {
  test('finds it behind any blanks and comments, in any case', () => {
    const written = fc
      .constantFrom(...controls)
      .chain((control) => fc.tuple(lead, gap, inAnyCase(control)))
      .map(([before, between, control]) => before + control.split(' ').join(between));

    fc.assert(fc.property(written, (sql) => findTransactionControl(sql) !== undefined));
  });

  test('lets everything else pass', () => {
    fc.assert(
      fc.property(
        lead,
        fc.constantFrom(...innocent),
        (before, sql) => findTransactionControl(before + sql) === undefined,
      ),
    );
  });

  test('skips exactly what PostgreSQL skips', async ({ executor }) => {
    await fc.assert(
      fc.asyncProperty(lead, async (before) => {
        expect(await executor.query(`${before}select 1 as n`)).toEqual([{ n: 1 }]);
        expect(beginsLikeRead(`${before}select 1 as n`)).toBe(true);
      }),
      { numRuns: 30 },
    );

    for (const notBlank of ['\u00a0', '\u2028', '\ufeff', '\u0085']) {
      expect(findTransactionControl(`${notBlank}commit`)).toBeUndefined();
      await expect(executor.query(`${notBlank}select 1`)).rejects.toMatchObject({ sqlState: '42601' });
    }
  });
});

describe('batch', () => {
  standInTest('refuses transaction control before anything is sent, and says where', async ({ standIn }) => {
    const { settings, received } = await standIn(giveOne);
    const executor = createHttpExecutor(settings);

    for (const control of controls) {
      const error = await rejectionOf(executor.batch(['select 1', { text: `/* ; */ ;${control}` }]));
      expect(error, control).toBeInstanceOf(InvalidArgumentError);
      expect(error.field).toBe('statements[1]');
    }

    expect(received).toHaveLength(0);
  });

  test('leaves to PostgreSQL what hides deeper, and stays atomic', async ({ executor }) => {
    await executor.query('create table kept (n int)');
    await executor.query('create procedure commits() language plpgsql as $$ begin commit; end $$');
    const hiding = ['do $$ begin commit; end $$', 'call commits()', 'select 1; commit', "execute 'commit'"];

    for (const text of hiding) {
      await expect(executor.batch(['insert into kept values (1)', text, 'select 1/0']), text).rejects.toThrow();
    }

    expect(await executor.query('select * from kept')).toEqual([]);
  });
});
