import { Migration } from '@mikro-orm/migrations';

/** Organizations and their members, uploads, and the content made of them. */
export class Migration20261122100100_content_tables extends Migration {
  override up(): void {
    // organizations
    this.addSql(`create table "organizations" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "deleted_at" timestamptz(3) null,
        "name" varchar(255) not null,
        "slug" varchar(255) not null,
        "description" text null,
        "logo_url" text null,
        "website_url" text null,
        primary key ("id")
      )`);
    this.addSql(
      `create unique index "organizations_slug_unique" on "organizations" ("slug") where "deleted_at" is null`,
    );
    this.addSql(
      `create or replace function "organizations_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "organizations" for each ROW execute function "organizations_touch_updated_at_fn"()`,
    );

    // organization_memberships
    this.addSql(`create table "organization_memberships" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "organization_id" uuid not null,
        "user_id" text not null,
        "invited_by" text null,
        "role" varchar(50) not null default 'member',
        "status" varchar(50) not null default 'active',
        primary key ("id")
      )`);
    this.addSql(`create index "organization_memberships_user_id_index" on "organization_memberships" ("user_id")`);
    this.addSql(
      `create index "organization_memberships_invited_by_index" on "organization_memberships" ("invited_by")`,
    );
    this.addSql(
      `create index "organization_memberships_organization_id_status_index" on "organization_memberships" ("organization_id", "status")`,
    );
    this.addSql(
      `create index "organization_memberships_organization_id_role_index" on "organization_memberships" ("organization_id", "role")`,
    );
    this.addSql(
      `alter table "organization_memberships" add constraint "organization_memberships_organization_id_user_id_unique" unique ("organization_id", "user_id")`,
    );
    this.addSql(
      `alter table "organization_memberships" add constraint "organization_memberships_role_check" check ("role" in ('owner', 'admin', 'creator', 'subscriber', 'member'))`,
    );
    this.addSql(
      `alter table "organization_memberships" add constraint "organization_memberships_status_check" check ("status" in ('active', 'inactive', 'invited'))`,
    );
    this.addSql(
      `create or replace function "organization_memberships_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "organization_memberships" for each ROW execute function "organization_memberships_touch_updated_at_fn"()`,
    );

    // media_items
    this.addSql(`create table "media_items" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "deleted_at" timestamptz(3) null,
        "creator_id" text not null,
        "title" varchar(255) not null,
        "description" text null,
        "media_type" varchar(50) not null,
        "status" varchar(50) not null default 'uploading',
        "r2_key" varchar(500) not null,
        "file_size_bytes" bigint null,
        "mime_type" varchar(100) null,
        "duration_seconds" int null,
        "width" int null,
        "height" int null,
        "hls_master_playlist_key" varchar(500) null,
        "thumbnail_key" varchar(500) null,
        "uploaded_at" timestamptz(3) null,
        primary key ("id")
      )`);
    this.addSql(`create index "media_items_creator_id_media_type_index" on "media_items" ("creator_id", "media_type")`);
    this.addSql(`create index "media_items_creator_id_status_index" on "media_items" ("creator_id", "status")`);
    this.addSql(
      `alter table "media_items" add constraint "media_items_file_size_bytes_check" check (file_size_bytes >= 0 and file_size_bytes <= 9007199254740991)`,
    );
    this.addSql(
      `alter table "media_items" add constraint "media_items_duration_seconds_check" check (duration_seconds >= 0)`,
    );
    this.addSql(`alter table "media_items" add constraint "media_items_width_check" check (width >= 0)`);
    this.addSql(`alter table "media_items" add constraint "media_items_height_check" check (height >= 0)`);
    this.addSql(
      `alter table "media_items" add constraint "media_items_media_type_check" check ("media_type" in ('video', 'audio'))`,
    );
    this.addSql(
      `alter table "media_items" add constraint "media_items_status_check" check ("status" in ('uploading', 'uploaded', 'transcoding', 'ready', 'failed'))`,
    );
    this.addSql(
      `create or replace function "media_items_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "media_items" for each ROW execute function "media_items_touch_updated_at_fn"()`,
    );

    // content
    this.addSql(`create table "content" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "deleted_at" timestamptz(3) null,
        "creator_id" text not null,
        "organization_id" uuid null,
        "media_item_id" uuid null,
        "title" varchar(500) not null,
        "slug" varchar(500) not null,
        "description" text null,
        "content_type" varchar(50) not null,
        "thumbnail_url" text null,
        "content_body" text null,
        "category" varchar(100) null,
        "tags" jsonb not null default '[]',
        "visibility" varchar(50) not null default 'purchased_only',
        "price_cents" int null,
        "status" varchar(50) not null default 'draft',
        "published_at" timestamptz(3) null,
        "view_count" int not null default 0,
        "purchase_count" int not null default 0,
        primary key ("id")
      )`);
    this.addSql(`create index "content_creator_id_index" on "content" ("creator_id")`);
    this.addSql(`create index "content_organization_id_index" on "content" ("organization_id")`);
    this.addSql(`create index "content_media_item_id_index" on "content" ("media_item_id")`);
    this.addSql(`create index "content_category_index" on "content" ("category")`);
    this.addSql(`create index "content_status_index" on "content" ("status")`);
    this.addSql(`create index "content_published_at_index" on "content" ("published_at")`);
    this.addSql(
      `create index "content_creator_newest_index" on "content" ("creator_id", "created_at" DESC, "id") where "deleted_at" is null`,
    );
    this.addSql(
      `create index "content_organization_newest_index" on "content" ("organization_id", "published_at" DESC, "id") where "deleted_at" is null`,
    );
    this.addSql(`create index "content_slug_organization_id_index" on "content" ("slug", "organization_id")`);
    this.addSql(
      `create unique index "content_creator_id_slug_unique" on "content" ("creator_id", "slug") where "organization_id" is null and "deleted_at" is null`,
    );
    this.addSql(
      `create unique index "content_organization_id_slug_unique" on "content" ("organization_id", "slug") where "organization_id" is not null and "deleted_at" is null`,
    );
    this.addSql(
      `alter table "content" add constraint "content_tags_check" check (jsonb_typeof(tags) = 'array' and not jsonb_path_exists(tags, 'strict $[*] ? (@.type() != "string")', '{}', true))`,
    );
    this.addSql(`alter table "content" add constraint "content_price_cents_check" check (price_cents >= 0)`);
    this.addSql(`alter table "content" add constraint "content_view_count_check" check (view_count >= 0)`);
    this.addSql(`alter table "content" add constraint "content_purchase_count_check" check (purchase_count >= 0)`);
    this.addSql(
      `alter table "content" add constraint "content_content_type_check" check ("content_type" in ('video', 'audio', 'written'))`,
    );
    this.addSql(
      `alter table "content" add constraint "content_visibility_check" check ("visibility" in ('public', 'private', 'members_only', 'purchased_only'))`,
    );
    this.addSql(
      `alter table "content" add constraint "content_status_check" check ("status" in ('draft', 'published', 'archived'))`,
    );
    this.addSql(
      `create or replace function "content_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "content" for each ROW execute function "content_touch_updated_at_fn"()`,
    );

    // references
    this.addSql(
      `alter table "organization_memberships" add constraint "organization_memberships_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "organization_memberships" add constraint "organization_memberships_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "organization_memberships" add constraint "organization_memberships_invited_by_foreign" foreign key ("invited_by") references "users" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "media_items" add constraint "media_items_creator_id_foreign" foreign key ("creator_id") references "users" ("id") on delete restrict`,
    );
    this.addSql(
      `alter table "content" add constraint "content_creator_id_foreign" foreign key ("creator_id") references "users" ("id") on delete restrict`,
    );
    this.addSql(
      `alter table "content" add constraint "content_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete set null`,
    );
    this.addSql(
      `alter table "content" add constraint "content_media_item_id_foreign" foreign key ("media_item_id") references "media_items" ("id") on delete set null`,
    );
  }

  override down(): void {
    this.addSql(`drop table if exists "content"`);
    this.addSql(`drop table if exists "media_items"`);
    this.addSql(`drop table if exists "organization_memberships"`);
    this.addSql(`drop table if exists "organizations"`);
    this.addSql(`drop function if exists "content_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "media_items_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "organization_memberships_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "organizations_touch_updated_at_fn"()`);
  }
}
