import { Migration } from '@mikro-orm/migrations';

/** Who bought what, who may open it, and how far they have come. */
export class Migration20261122100200_commerce_and_playback_tables extends Migration {
  override up(): void {
    // content_access
    this.addSql(`create table "content_access" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "user_id" text not null,
        "content_id" uuid not null,
        "organization_id" uuid not null,
        "access_type" varchar(50) not null,
        "expires_at" timestamptz(3) null,
        primary key ("id")
      )`);
    this.addSql(`create index "content_access_content_id_index" on "content_access" ("content_id")`);
    this.addSql(`create index "content_access_organization_id_index" on "content_access" ("organization_id")`);
    this.addSql(
      `alter table "content_access" add constraint "content_access_user_id_content_id_unique" unique ("user_id", "content_id")`,
    );
    this.addSql(
      `alter table "content_access" add constraint "content_access_access_type_check" check ("access_type" in ('purchased', 'subscription', 'complimentary', 'preview'))`,
    );
    this.addSql(
      `create or replace function "content_access_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "content_access" for each ROW execute function "content_access_touch_updated_at_fn"()`,
    );

    // purchases
    this.addSql(`create table "purchases" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "customer_id" text not null,
        "content_id" uuid not null,
        "organization_id" uuid not null,
        "amount_paid_cents" int not null,
        "currency" varchar(3) not null default 'usd',
        "stripe_payment_intent_id" varchar(255) not null,
        "status" varchar(50) not null,
        primary key ("id")
      )`);
    this.addSql(`create index "purchases_customer_id_index" on "purchases" ("customer_id")`);
    this.addSql(`create index "purchases_content_id_index" on "purchases" ("content_id")`);
    this.addSql(`create index "purchases_organization_id_index" on "purchases" ("organization_id")`);
    this.addSql(
      `alter table "purchases" add constraint "purchases_stripe_payment_intent_id_unique" unique ("stripe_payment_intent_id")`,
    );
    this.addSql(`create index "purchases_created_at_index" on "purchases" ("created_at")`);
    this.addSql(
      `alter table "purchases" add constraint "purchases_amount_paid_cents_check" check (amount_paid_cents >= 0)`,
    );
    this.addSql(
      `alter table "purchases" add constraint "purchases_status_check" check ("status" in ('pending', 'completed', 'refunded', 'failed'))`,
    );
    this.addSql(
      `create or replace function "purchases_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "purchases" for each ROW execute function "purchases_touch_updated_at_fn"()`,
    );

    // video_playback
    this.addSql(`create table "video_playback" (
        "id" uuid not null default gen_random_uuid(),
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "user_id" text not null,
        "content_id" uuid not null,
        "position_seconds" int not null default 0,
        "duration_seconds" int not null,
        "completed" boolean not null default false,
        primary key ("id")
      )`);
    this.addSql(`create index "video_playback_content_id_index" on "video_playback" ("content_id")`);
    this.addSql(
      `alter table "video_playback" add constraint "video_playback_user_id_content_id_unique" unique ("user_id", "content_id")`,
    );
    this.addSql(
      `alter table "video_playback" add constraint "video_playback_position_seconds_check" check (position_seconds >= 0)`,
    );
    this.addSql(
      `alter table "video_playback" add constraint "video_playback_duration_seconds_check" check (duration_seconds >= 0)`,
    );
    this.addSql(
      `create or replace function "video_playback_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "video_playback" for each ROW execute function "video_playback_touch_updated_at_fn"()`,
    );

    // references
    this.addSql(
      `alter table "content_access" add constraint "content_access_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "content_access" add constraint "content_access_content_id_foreign" foreign key ("content_id") references "content" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "content_access" add constraint "content_access_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "purchases" add constraint "purchases_customer_id_foreign" foreign key ("customer_id") references "users" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "purchases" add constraint "purchases_content_id_foreign" foreign key ("content_id") references "content" ("id") on delete restrict`,
    );
    this.addSql(
      `alter table "purchases" add constraint "purchases_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on delete restrict`,
    );
    this.addSql(
      `alter table "video_playback" add constraint "video_playback_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "video_playback" add constraint "video_playback_content_id_foreign" foreign key ("content_id") references "content" ("id") on delete cascade`,
    );
  }

  override down(): void {
    this.addSql(`drop table if exists "video_playback"`);
    this.addSql(`drop table if exists "purchases"`);
    this.addSql(`drop table if exists "content_access"`);
    this.addSql(`drop function if exists "video_playback_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "purchases_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "content_access_touch_updated_at_fn"()`);
  }
}
