import { describe, expect } from 'vitest';
import { checkDatabase } from '../../src/index.js';
import { test } from '../../src/testing/index.js';
import { withMigratedDatabase } from './support/migrated-database.js';

/** What the rule finds, and how it says so. */
const seeded: [rule: string, sql: string, fault: RegExp][] = [
  [
    'every migration is applied, and its file is there',
    `insert into mikro_orm_migrations (name) values ('Migration20991231000000_lost')`,
    /Migration20991231000000_lost is applied, but its file is missing/,
  ],
  [
    'every migration is applied, and its file is there',
    `delete from mikro_orm_migrations where name like '%scope_indexes'`,
    /scope_indexes is not applied: npm run db:migrate/,
  ],
  [
    'every migration is applied, and its file is there',
    `delete from mikro_orm_migrations where name like '%auth_tables'`,
    /auth_tables is not applied, but .*scope_indexes, which is later, is/,
  ],
  [
    'every migration is applied, and its file is there',
    'drop table mikro_orm_migrations',
    /auth_tables is not applied: npm run db:migrate/,
  ],
  [
    'the tables are as the entities declare them',
    'alter table users alter column name drop not null',
    /"name" set not null/,
  ],
  [
    'the tables are as the entities declare them',
    'drop trigger touch_updated_at on users',
    /create trigger "touch_updated_at"/,
  ],
  [
    'the tables are as the entities declare them',
    'drop schema public cascade; create schema public',
    /^none of the tables exists: npm run db:migrate$/,
  ],
  [
    'nothing is there that no entity declares',
    'create table left_over (id int)',
    /^the table left_over is declared nowhere/,
  ],
  [
    'nothing is there that no entity declares',
    'alter table users add column nickname text',
    /^the column nickname on users is/,
  ],
  [
    'nothing is there that no entity declares',
    'create index by_name on users (name)',
    /^the index by_name on users is/,
  ],
  [
    'nothing is there that no entity declares',
    "alter table users add constraint named check (name <> '')",
    /^the constraint named on users/,
  ],
  ['nothing is there that no entity declares', 'create view names as select name from users', /^the view names is/],
  [
    'nothing is there that no entity declares',
    'create materialized view names as select name from users',
    /^the materialized view names is/,
  ],
  ['nothing is there that no entity declares', 'create sequence counter', /^the sequence counter is/],
  ['nothing is there that no entity declares', `create type mood as enum ('calm')`, /^the type mood is/],
  ['nothing is there that no entity declares', 'create domain label as text', /^the type label is/],
  ['nothing is there that no entity declares', 'create type pair as (a int, b int)', /^the type pair is/],
  [
    'nothing is there that no entity declares',
    `create function one() returns int language sql as 'select 1'`,
    /^the function one is/,
  ],
  ['nothing is there that no entity declares', `create procedure idle() language sql as ''`, /^the procedure idle is/],
  [
    'nothing is there that no entity declares',
    'create policy hidden on users as restrictive using (true)',
    /^the policy hidden on users is/,
  ],
  [
    'nothing is there that no entity declares',
    'create rule kept as on delete to users do instead nothing',
    /^the rewrite rule kept on users is/,
  ],
  [
    'nothing is there that no entity declares',
    'create trigger again before update on users for each row execute function users_touch_updated_at_fn()',
    /^the trigger again on users is/,
  ],
  [
    'every foreign key has an index',
    'drop index sessions_user_id_index',
    /^no index on sessions leads with \(user_id\), which/,
  ],
  [
    'every foreign key has an index',
    `drop index sessions_user_id_index; create index sessions_user_id_index on sessions (user_id) where user_id <> ''`,
    /sessions_user_id_foreign/,
  ],
  [
    'every foreign key has an index',
    'drop index sessions_user_id_index; create index sessions_user_id_index on sessions using hash (user_id)',
    /sessions_user_id_foreign/,
  ],
  [
    'every access path has an index',
    'drop index content_category_index',
    /^no index on content leads with \(category\), a/,
  ],
  [
    'every access path has an index',
    'drop index content_creator_newest_index; create index content_creator_newest_index on content (creator_id, created_at, id) where deleted_at is null',
    /\(creator_id, created_at desc, id\) where deleted_at is null/,
  ],
  [
    'every access path has an index',
    `drop index content_creator_newest_index; create index content_creator_newest_index on content (creator_id, created_at desc, id)
     where deleted_at is null and status = 'published'`,
    /\(creator_id, created_at desc, id\)/,
  ],
  [
    'no index is covered by another',
    'create index short on content (slug)',
    /^the index short on content is covered by content_slug_org/,
  ],
  [
    'no index is covered by another',
    'create index twice on users (email)',
    /^the index twice on users is covered by users_email_unique/,
  ],
  ['no index is covered by another', 'create unique index twice on users (email)', /^the index .* is covered by/],
  [
    'no index is covered by another',
    'create index hot on content (creator_id) where creator_id is not null',
    /^the index hot on/,
  ],
  [
    'no index is covered by another',
    'create index twice on users (id)',
    /^the index twice on users is covered by users_pkey/,
  ],
  [
    'no index is covered by another',
    'create index turned on content (slug desc nulls first, organization_id desc nulls first)',
    /turned|content_slug_organization_id_index/,
  ],
  [
    'every instant is timestamptz(3)',
    'alter table sessions alter column expires_at type timestamptz',
    /^sessions.expires_at is timestamp with/,
  ],
  [
    'every instant is timestamptz(3)',
    'alter table sessions alter column expires_at type timestamp(3)',
    /without time zone, not timestamptz/,
  ],
  [
    'every enumerated column has its check',
    'alter table purchases drop constraint purchases_status_check',
    /^purchases.status has no check for exactly pending, completed, refunded, failed/,
  ],
  [
    'every enumerated column has its check',
    `alter table purchases drop constraint purchases_status_check, add constraint purchases_status_check
       check (status in ('pending', 'completed', 'refunded', 'failed', 'lost'))`,
    /^purchases.status/,
  ],
  [
    'every enumerated column has its check',
    `alter table purchases drop constraint purchases_status_check, add constraint purchases_status_check
       check (status in ('pending', 'completed', 'refunded', 'failed') or amount_paid_cents = 0)`,
    /^purchases.status/,
  ],
  [
    'every enumerated column has its check',
    `alter table purchases drop constraint purchases_status_check, add constraint purchases_status_check
       check (status in ('pending', 'completed', 'refunded', 'failed')) not valid`,
    /^purchases.status/,
  ],
  [
    'triggers do what the entities declare',
    `create or replace function users_touch_updated_at_fn() returns trigger language plpgsql as 'begin return new; end'`,
    /^the trigger touch_updated_at on users has another function/,
  ],
  [
    'triggers do what the entities declare',
    `create or replace function content_media_item_of_creator_fn() returns trigger language plpgsql as 'begin return new; end'`,
    /^the trigger media_item_of_creator on content has another function/,
  ],
  [
    'triggers do what the entities declare',
    `drop trigger touch_updated_at on users; create trigger touch_updated_at before insert on users
       for each row execute function users_touch_updated_at_fn()`,
    /^the trigger touch_updated_at on users has another event/,
  ],
  [
    'no trigger is disabled',
    'alter table users disable trigger touch_updated_at',
    /^the trigger touch_updated_at on users is disabled/,
  ],
  [
    'no trigger is disabled',
    'alter table sessions disable trigger all',
    /^a trigger that keeps a foreign key on sessions is disabled/,
  ],
  [
    'every index is valid',
    `update pg_index set indisvalid = false where indexrelid = 'users_email_unique'::regclass`,
    /^the index users_email_unique on users is invalid .*: reindex index concurrently/,
  ],
  [
    'every constraint is validated',
    `alter table purchases drop constraint purchases_status_check, add constraint purchases_status_check
       check (status in ('pending', 'completed', 'refunded', 'failed')) not valid`,
    /purchases_status_check on purchases was never validated.* validate constraint/,
  ],
  [
    'no sequence is near its end',
    `create table tickets (id int generated always as identity); select setval('tickets_id_seq', 1700000000)`,
    /tickets_id_seq, which fills tickets.id, has used 79 %/,
  ],
  [
    'no sequence is near its end',
    `create sequence big; create table tickets (id int default nextval('big')); select setval('big', 1700000000)`,
    /^the sequence big, which fills tickets.id/,
  ],
  [
    'row-level security is on',
    'alter table content disable row level security',
    /^row-level security is off for content/,
  ],
];

/** Looks like a fault of the rule, and is none. */
const nearMisses: [rule: string, sql: string][] = [
  ['nothing is there that no entity declares', 'create extension pg_trgm'],
  ['nothing is there that no entity declares', 'create schema other; create table other.thing (id int)'],
  [
    'every foreign key has an index',
    `drop index organization_memberships_invited_by_index; create index organization_memberships_invited_by_index
       on organization_memberships (invited_by desc) where invited_by is not null`,
  ],
  ['every access path has an index', 'drop index content_category_index; create index c on content (category, title)'],
  ['no index is covered by another', 'create index hot on content (status) where deleted_at is null'],
  ['no index is covered by another', 'create index patterned on users (email text_pattern_ops)'],
  ['no index is covered by another', 'create index hashed on users using hash (email)'],
  ['no index is covered by another', 'create index wide on users (email) include (name)'],
  ['no index is covered by another', 'create unique index one_each on content (slug)'],
  ['no index is covered by another', 'create index turned on content (slug, organization_id desc)'],
  ['every enumerated column has its check', 'alter table purchases drop column status cascade'],
  [
    'no index is covered by another',
    'alter table users add constraint alone exclude using btree (email with operator(pg_catalog.=))',
  ],
  ['no index is covered by another', 'create index collated on users (email collate "C")'],
  ['no index is covered by another', 'alter table users add constraint late unique (email) deferrable'],
  [
    'no index is covered by another',
    'create unique index one_null on users (image) nulls not distinct; create unique index many_nulls on users (image)',
  ],
  ['every instant is timestamptz(3)', 'alter table users add column born date, add column wakes time'],
  [
    'every enumerated column has its check',
    `alter table purchases drop constraint purchases_status_check, add constraint other
       check (status = any (array['failed', 'refunded', 'completed', 'pending']))`,
  ],
  ['no sequence is near its end', `create sequence near; select setval('near', 1700000000)`],
  ['no sequence is near its end', `create sequence round as int cycle; select setval('round', 2147483000)`],
  ['triggers do what the entities declare', 'alter function users_touch_updated_at_fn() cost 50'],
];

describe('a database that was migrated', () => {
  test.database('has no fault', async ({ orm }) => {
    const results = await checkDatabase(orm);

    expect(results.flatMap(({ faults }) => faults ?? [])).toEqual([]);
    expect(results.filter(({ faults }) => !faults).map(({ name }) => name)).toEqual([]);
  });
});

/** All that the rule finds, and no more. */
const exactly: [rule: string, sql: string, fault: RegExp][] = [
  [
    'every foreign key has an index',
    `create table pairs (a int, b int, primary key (a, b));
     create table refers (a int, b int, foreign key (a, b) references pairs);
     create index on refers (a)`,
    /^no index on refers leads with \(a, b\)/,
  ],
  [
    'no index is covered by another',
    `create unique index aa on users (email); alter table users replica identity using index users_email_unique`,
    /^the index aa on users is covered by users_email_unique/,
  ],
  [
    'no index is covered by another',
    'create unique index aa on sessions (id)',
    /^the index aa on sessions is covered by sessions_pkey/,
  ],
  [
    'no index is covered by another',
    `alter table users add constraint zz unique (name); create table refers (name text references users (name));
     create index on refers (name); create unique index aa on users (name)`,
    /^the index aa on users is covered by zz/,
  ],
  [
    'triggers do what the entities declare',
    `drop trigger touch_updated_at on users; create trigger touch_updated_at after update on users
       for each row execute function users_touch_updated_at_fn()`,
    /^the trigger touch_updated_at on users has another timing than declared/,
  ],
  [
    'no trigger is disabled',
    'alter table sessions enable replica trigger touch_updated_at',
    /^the trigger touch_updated_at on sessions is disabled/,
  ],
  [
    'nothing is there that no entity declares',
    'create table left_over (id int primary key); create index on left_over (id)',
    /^the table left_over is/,
  ],
  [
    'nothing is there that no entity declares',
    'alter table users add constraint named unique (name)',
    /^the constraint named on users is/,
  ],
];

/** What PostgreSQL has from version 18 on. */
const notEnforced = `alter table purchases drop constraint purchases_status_check, add constraint purchases_status_check
  check (status in ('pending', 'completed', 'refunded', 'failed')) not enforced`;

const sinceVersion18: typeof seeded = [
  ['every enumerated column has its check', notEnforced, /^purchases.status/],
  ['every constraint is validated', notEnforced, /purchases_status_check on purchases is not enforced/],
];

describe('the rule', { timeout: 120_000 }, () => {
  test.for(seeded)('"%s" finds: %s', async ([rule, sql, fault]) => {
    const found = await faultsAfter(sql, rule);

    expect(found.filter((each) => fault.test(each))).not.toEqual([]);
  });

  test.for(exactly)('"%s" finds nothing else: %s', async ([rule, sql, fault]) => {
    expect(await faultsAfter(sql, rule)).toEqual([expect.stringMatching(fault)]);
  });

  test.for(sinceVersion18)('"%s" finds: %s', async ([rule, sql, fault], { em, skip }) => {
    const [server] = await em.execute<{ version: number }[]>(
      `select current_setting('server_version_num')::int as version`,
    );
    skip(server!.version < 180_000, 'PostgreSQL enforces every constraint before version 18.');

    expect(await faultsAfter(sql, rule)).toEqual([expect.stringMatching(fault)]);
  });

  test.for(nearMisses)('"%s" lets pass: %s', async ([rule, sql]) => {
    expect(await faultsAfter(sql, rule)).toEqual([]);
  });
});

const faultsAfter = (sql: string, rule: string): Promise<string[]> =>
  withMigratedDatabase(async (orm) => {
    await orm.em.fork().execute(sql);
    const result = (await checkDatabase(orm)).find(({ name }) => name === rule);
    expect(result, `no rule "${rule}"`).toBeDefined();

    return result!.faults!;
  });
