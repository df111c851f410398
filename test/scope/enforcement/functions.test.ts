import { describe, expect } from 'vitest';
import { test as base } from '../../../src/testing/index.js';
import { faultsAfter, type SeededFault, saying } from './faults-after.js';

const { database: test } = base;

const rule = (settings: string, body = 'begin return new; end') => [
  `create or replace function media_items_creator_of_content_fn() returns trigger language plpgsql ${settings} as $$ ${body} $$`,
];

describe('a check of functions and triggers', () => {
  test.for<SeededFault>([
    [
      'a function',
      ['create function peek() returns bigint security definer return (select count(*) from users)'],
      /the role codex_scoped may call public.peek\(\), .* owner's rights: revoke all on routine public.peek\(\)/,
    ],
    [
      'a trigger function that it may put on a table of its own',
      ['create function peek() returns trigger language plpgsql security definer as $$ begin return new; end $$'],
      /may call public.peek\(\), or put it on a table of its own/,
    ],
    [
      'a trigger that nobody declares',
      [
        'create function peek() returns trigger language plpgsql security definer as $$ begin return new; end $$',
        'revoke all on function peek() from public',
        'create trigger peek before insert on content for each row execute function peek()',
      ],
      /^a trigger calls public.peek\(\), .* security invoker/,
    ],
    [
      'a missing rule',
      ['drop trigger creator_of_content on media_items'],
      /no trigger creator_of_content on media_items/,
    ],
    [
      'a rule that is off',
      ['alter table media_items disable trigger creator_of_content'],
      /trigger creator_of_content on media_items is switched off/,
    ],
    [
      'a rule for other commands',
      [
        'drop trigger creator_of_content on media_items',
        'create trigger creator_of_content before insert on media_items for each row execute function media_items_creator_of_content_fn()',
      ],
      /trigger creator_of_content on media_items is not as declared/,
    ],
    [
      'a rule that does nothing',
      rule('security definer set search_path = pg_catalog, pg_temp'),
      /_fn\(\) is not as declared/,
    ],
    [
      'a rule with a loose search path',
      ['alter function media_items_creator_of_content_fn() reset all'],
      /_fn\(\) is not as declared/,
    ],
    [
      'a rule whose owner does not see all',
      ['alter function media_items_creator_of_content_fn() owner to pg_monitor'],
      /owner of the function public.media_items_creator_of_content_fn\(\) does not see all rows/,
    ],
    [
      'a rule without its owner',
      ['alter function media_items_creator_of_content_fn() security invoker'],
      /media_items_creator_of_content_fn\(\) does not run with its owner's rights/,
    ],
  ])('notices %s', async ([, sql, said], { orm }) => {
    const faults = await faultsAfter(orm, sql);

    expect(saying(faults, said), faults.join('\n')).toHaveLength(1);
    expect(faults.join()).not.toContain('undefined');
  });
});
