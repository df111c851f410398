import { Migration } from '@mikro-orm/migrations';

/** What each scope sees and writes: for each kind of scope one policy, and the columns that take their value from it. */
export class Migration20261124100100_scope_policies extends Migration {
  override up(): void {
    // users
    this.addSql(`alter table "users" enable row level security`);
    this.addSql(
      `create policy "creator_scope" on "users" for select to "codex_scoped_creator" using (id = nullif(current_setting('codex.creator', true), ''))`,
    );
    this.addSql(
      `create policy "org_scope" on "users" for select to "codex_scoped_org" using (exists (select from (select organization_memberships.user_id as id from organization_memberships where organization_memberships.organization_id = nullif(current_setting('codex.org', true), '')::uuid union all select content.creator_id as id from content where content.organization_id = nullif(current_setting('codex.org', true), '')::uuid) as member where member.id = users.id))`,
    );
    this.addSql(
      `create policy "creator_org_scope" on "users" for select to "codex_scoped_creator_org" using (id = nullif(current_setting('codex.creator', true), '') and exists (select from (select organization_memberships.user_id as id from organization_memberships where organization_memberships.organization_id = nullif(current_setting('codex.org', true), '')::uuid union all select content.creator_id as id from content where content.organization_id = nullif(current_setting('codex.org', true), '')::uuid) as member where member.id = users.id))`,
    );
    this.addSql(
      `create policy "user_scope" on "users" to "codex_scoped_user" using (id = nullif(current_setting('codex.user', true), '')) with check (id = nullif(current_setting('codex.user', true), ''))`,
    );

    // accounts
    this.addSql(`alter table "accounts" enable row level security`);

    // sessions
    this.addSql(`alter table "sessions" enable row level security`);

    // verification_tokens
    this.addSql(`alter table "verification_tokens" enable row level security`);

    // organizations
    this.addSql(`alter table "organizations" enable row level security`);
    this.addSql(
      `create policy "org_scope" on "organizations" to "codex_scoped_org" using (id = nullif(current_setting('codex.org', true), '')::uuid) with check (id = nullif(current_setting('codex.org', true), '')::uuid)`,
    );

    // organization_memberships
    this.addSql(
      `alter table "organization_memberships" alter column "organization_id" set default (NULLIF(current_setting('codex.org'::text, true), ''::text))::uuid`,
    );
    this.addSql(
      `alter table "organization_memberships" alter column "user_id" set default NULLIF(current_setting('codex.user'::text, true), ''::text)`,
    );
    this.addSql(`alter table "organization_memberships" enable row level security`);
    this.addSql(
      `create policy "org_scope" on "organization_memberships" to "codex_scoped_org" using (organization_id = nullif(current_setting('codex.org', true), '')::uuid) with check (organization_id = nullif(current_setting('codex.org', true), '')::uuid)`,
    );
    this.addSql(
      `create policy "user_scope" on "organization_memberships" to "codex_scoped_user" using (user_id = nullif(current_setting('codex.user', true), '')) with check (user_id = nullif(current_setting('codex.user', true), ''))`,
    );

    // media_items
    this.addSql(
      `alter table "media_items" alter column "creator_id" set default NULLIF(current_setting('codex.creator'::text, true), ''::text)`,
    );
    this.addSql(`alter table "media_items" enable row level security`);
    this.addSql(
      `create policy "creator_scope" on "media_items" to "codex_scoped_creator" using (creator_id = nullif(current_setting('codex.creator', true), '')) with check (creator_id = nullif(current_setting('codex.creator', true), ''))`,
    );
    this.addSql(
      `create policy "org_scope" on "media_items" for select to "codex_scoped_org" using (exists (select from content where content.media_item_id = media_items.id and content.organization_id = nullif(current_setting('codex.org', true), '')::uuid))`,
    );
    this.addSql(
      `create policy "creator_org_scope" on "media_items" for select to "codex_scoped_creator_org" using (creator_id = nullif(current_setting('codex.creator', true), '') and exists (select from content where content.media_item_id = media_items.id and content.organization_id = nullif(current_setting('codex.org', true), '')::uuid))`,
    );

    // content
    this.addSql(
      `alter table "content" alter column "creator_id" set default NULLIF(current_setting('codex.creator'::text, true), ''::text)`,
    );
    this.addSql(
      `alter table "content" alter column "organization_id" set default (NULLIF(current_setting('codex.org'::text, true), ''::text))::uuid`,
    );
    this.addSql(`alter table "content" enable row level security`);
    this.addSql(
      `create policy "creator_scope" on "content" to "codex_scoped_creator" using (creator_id = nullif(current_setting('codex.creator', true), '')) with check (creator_id = nullif(current_setting('codex.creator', true), ''))`,
    );
    this.addSql(
      `create policy "org_scope" on "content" to "codex_scoped_org" using (organization_id = nullif(current_setting('codex.org', true), '')::uuid) with check (organization_id = nullif(current_setting('codex.org', true), '')::uuid)`,
    );
    this.addSql(
      `create policy "creator_org_scope" on "content" to "codex_scoped_creator_org" using (creator_id = nullif(current_setting('codex.creator', true), '') and organization_id = nullif(current_setting('codex.org', true), '')::uuid) with check (creator_id = nullif(current_setting('codex.creator', true), '') and organization_id = nullif(current_setting('codex.org', true), '')::uuid)`,
    );

    // content_access
    this.addSql(
      `alter table "content_access" alter column "organization_id" set default (NULLIF(current_setting('codex.org'::text, true), ''::text))::uuid`,
    );
    this.addSql(
      `alter table "content_access" alter column "user_id" set default NULLIF(current_setting('codex.user'::text, true), ''::text)`,
    );
    this.addSql(`alter table "content_access" enable row level security`);
    this.addSql(
      `create policy "org_scope" on "content_access" to "codex_scoped_org" using (organization_id = nullif(current_setting('codex.org', true), '')::uuid) with check (organization_id = nullif(current_setting('codex.org', true), '')::uuid)`,
    );
    this.addSql(
      `create policy "user_scope" on "content_access" to "codex_scoped_user" using (user_id = nullif(current_setting('codex.user', true), '')) with check (user_id = nullif(current_setting('codex.user', true), ''))`,
    );

    // purchases
    this.addSql(
      `alter table "purchases" alter column "customer_id" set default NULLIF(current_setting('codex.user'::text, true), ''::text)`,
    );
    this.addSql(
      `alter table "purchases" alter column "organization_id" set default (NULLIF(current_setting('codex.org'::text, true), ''::text))::uuid`,
    );
    this.addSql(`alter table "purchases" enable row level security`);
    this.addSql(
      `create policy "org_scope" on "purchases" to "codex_scoped_org" using (organization_id = nullif(current_setting('codex.org', true), '')::uuid) with check (organization_id = nullif(current_setting('codex.org', true), '')::uuid)`,
    );
    this.addSql(
      `create policy "user_scope" on "purchases" to "codex_scoped_user" using (customer_id = nullif(current_setting('codex.user', true), '')) with check (customer_id = nullif(current_setting('codex.user', true), ''))`,
    );

    // video_playback
    this.addSql(
      `alter table "video_playback" alter column "user_id" set default NULLIF(current_setting('codex.user'::text, true), ''::text)`,
    );
    this.addSql(`alter table "video_playback" enable row level security`);
    this.addSql(
      `create policy "user_scope" on "video_playback" to "codex_scoped_user" using (user_id = nullif(current_setting('codex.user', true), '')) with check (user_id = nullif(current_setting('codex.user', true), ''))`,
    );
  }

  override down(): void {
    this.addSql(`drop policy "creator_scope" on "content"`);
    this.addSql(`drop policy "org_scope" on "content"`);
    this.addSql(`drop policy "creator_org_scope" on "content"`);
    this.addSql(`drop policy "org_scope" on "content_access"`);
    this.addSql(`drop policy "user_scope" on "content_access"`);
    this.addSql(`drop policy "creator_scope" on "media_items"`);
    this.addSql(`drop policy "org_scope" on "media_items"`);
    this.addSql(`drop policy "creator_org_scope" on "media_items"`);
    this.addSql(`drop policy "org_scope" on "organization_memberships"`);
    this.addSql(`drop policy "user_scope" on "organization_memberships"`);
    this.addSql(`drop policy "org_scope" on "organizations"`);
    this.addSql(`drop policy "org_scope" on "purchases"`);
    this.addSql(`drop policy "user_scope" on "purchases"`);
    this.addSql(`drop policy "creator_scope" on "users"`);
    this.addSql(`drop policy "org_scope" on "users"`);
    this.addSql(`drop policy "creator_org_scope" on "users"`);
    this.addSql(`drop policy "user_scope" on "users"`);
    this.addSql(`drop policy "user_scope" on "video_playback"`);
    this.addSql(`alter table "accounts" disable row level security`);
    this.addSql(`alter table "content" alter column "creator_id" drop default`);
    this.addSql(`alter table "content" alter column "organization_id" drop default`);
    this.addSql(`alter table "content" disable row level security`);
    this.addSql(`alter table "content_access" alter column "user_id" drop default`);
    this.addSql(`alter table "content_access" alter column "organization_id" drop default`);
    this.addSql(`alter table "content_access" disable row level security`);
    this.addSql(`alter table "media_items" alter column "creator_id" drop default`);
    this.addSql(`alter table "media_items" disable row level security`);
    this.addSql(`alter table "organization_memberships" alter column "organization_id" drop default`);
    this.addSql(`alter table "organization_memberships" alter column "user_id" drop default`);
    this.addSql(`alter table "organization_memberships" disable row level security`);
    this.addSql(`alter table "organizations" disable row level security`);
    this.addSql(`alter table "purchases" alter column "customer_id" drop default`);
    this.addSql(`alter table "purchases" alter column "organization_id" drop default`);
    this.addSql(`alter table "purchases" disable row level security`);
    this.addSql(`alter table "sessions" disable row level security`);
    this.addSql(`alter table "users" disable row level security`);
    this.addSql(`alter table "verification_tokens" disable row level security`);
    this.addSql(`alter table "video_playback" alter column "user_id" drop default`);
    this.addSql(`alter table "video_playback" disable row level security`);
  }
}
