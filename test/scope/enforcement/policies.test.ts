import { describe, expect } from 'vitest';
import { test as base } from '../../../src/testing/index.js';
import { faultsAfter, type SeededFault, saying } from './faults-after.js';

const { database: test } = base;

const onContent = (using: string) => [
  'drop policy org_scope on content',
  `create policy org_scope on content to codex_scoped_org using (${using}) with check (${using})`,
];

const ofOrg = `organization_id = nullif(current_setting('codex.org', true), '')::uuid`;
const isLive = 'deleted_at is null';
const isFree = 'price_cents is null';
const anotherCondition = /policy org_scope on content has another USING condition and WITH CHECK condition/;

describe('a check of policies', () => {
  test.for<SeededFault>([
    [
      'a table without row-level security',
      ['alter table content disable row level security'],
      /off for content: alter/,
    ],
    [
      'row-level security for the owner',
      ['alter table content force row level security'],
      /binds the owner of content/,
    ],
    ['a rewrite rule', ['create rule r as on insert to users do also notify x'], /users has rewrite rules/],
    ['a missing table', ['drop table video_playback'], /no table video_playback in the schema public/],
    ['a missing policy', ['drop policy org_scope on content'], /content has no policy org_scope/],
    [
      'a wider condition',
      onContent(`${ofOrg} or creator_id = current_setting('codex.creator', true)`),
      anotherCondition,
    ],
    ['a condition that is always true', onContent('true'), anotherCondition],
    ['other parentheses', onContent(`(${ofOrg} and ${isLive}) or ${isFree}`), anotherCondition],
    ['another setting', onContent(ofOrg.replace('codex.org', 'codex.other')), anotherCondition],
    [
      'a wider condition for writes',
      [`alter policy org_scope on content with check (true)`],
      /policy org_scope on content has another WITH CHECK condition than/,
    ],
    [
      'a policy that reads a table of the same name elsewhere',
      [
        'create schema evil',
        'create table evil.content (media_item_id uuid, organization_id uuid)',
        'set local search_path = evil, public',
        'drop policy org_scope on media_items',
        `create policy org_scope on media_items for select to codex_scoped_org using (exists (select from evil.content where content.media_item_id = media_items.id and content.${ofOrg}))`,
      ],
      /policy org_scope on media_items has another USING condition than/,
    ],
    [
      'a policy for more commands',
      [
        'drop policy creator_scope on users',
        `create policy creator_scope on users to codex_scoped_creator using (id = nullif(current_setting('codex.creator', true), ''))`,
      ],
      /policy creator_scope on users has another command than/,
    ],
    [
      'a policy for another kind of scope',
      ['alter policy user_scope on users to codex_scoped_org'],
      /policy user_scope on users has another role/,
    ],
    [
      'a policy for everyone',
      ['alter policy user_scope on users to public'],
      /policy user_scope on users has another role/,
    ],
    [
      'a policy that only restricts',
      [
        'drop policy user_scope on video_playback',
        `create policy user_scope on video_playback as restrictive to codex_scoped_user using (user_id = nullif(current_setting('codex.user', true), '')) with check (user_id = nullif(current_setting('codex.user', true), ''))`,
      ],
      /policy user_scope on video_playback has another type than/,
    ],
    [
      'a policy of no entity',
      ['create policy peek on content to codex_scoped using (true)'],
      /policy peek on public.content/,
    ],
    ['one for everyone', ['create policy peek on sessions using (true)'], /policy peek on public.sessions/],
  ])('notices %s', async ([, sql, said], { orm }) => {
    const faults = await faultsAfter(orm, sql);

    expect(saying(faults, said), faults.join('\n')).toHaveLength(1);
    expect(faults.join()).not.toContain('undefined');
  });

  test('leaves out what an extension brought, and a policy for others or one that only hides', async ({ orm }) => {
    const faults = await faultsAfter(orm, [
      'create extension pg_stat_statements',
      'create policy report on content to pg_monitor using (true)',
      'create policy less on content as restrictive to codex_scoped using (true)',
    ]);

    expect(faults).toEqual([]);
  });
});
