import { Migration } from '@mikro-orm/migrations';

/** Users, and what Better Auth keeps of their sign-ins. */
export class Migration20261122100000_auth_tables extends Migration {
  override up(): void {
    // users
    this.addSql(`create table "users" (
        "id" text not null,
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "name" text not null,
        "email" text not null,
        "email_verified" boolean not null default false,
        "image" text null,
        primary key ("id")
      )`);
    this.addSql(`alter table "users" add constraint "users_email_unique" unique ("email")`);
    this.addSql(
      `create or replace function "users_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "users" for each ROW execute function "users_touch_updated_at_fn"()`,
    );

    // accounts
    this.addSql(`create table "accounts" (
        "id" text not null,
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "user_id" text not null,
        "account_id" text not null,
        "provider_id" text not null,
        "access_token" text null,
        "refresh_token" text null,
        "id_token" text null,
        "access_token_expires_at" timestamptz(3) null,
        "refresh_token_expires_at" timestamptz(3) null,
        "scope" text null,
        "password" text null,
        primary key ("id")
      )`);
    this.addSql(`create index "accounts_user_id_index" on "accounts" ("user_id")`);
    this.addSql(`create index "accounts_provider_id_account_id_index" on "accounts" ("provider_id", "account_id")`);
    this.addSql(
      `create or replace function "accounts_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "accounts" for each ROW execute function "accounts_touch_updated_at_fn"()`,
    );

    // sessions
    this.addSql(`create table "sessions" (
        "id" text not null,
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "user_id" text not null,
        "expires_at" timestamptz(3) not null,
        "token" text not null,
        "ip_address" text null,
        "user_agent" text null,
        primary key ("id")
      )`);
    this.addSql(`create index "sessions_user_id_index" on "sessions" ("user_id")`);
    this.addSql(`create index "sessions_expires_at_index" on "sessions" ("expires_at")`);
    this.addSql(`alter table "sessions" add constraint "sessions_token_unique" unique ("token")`);
    this.addSql(
      `create or replace function "sessions_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "sessions" for each ROW execute function "sessions_touch_updated_at_fn"()`,
    );

    // verification_tokens
    this.addSql(`create table "verification_tokens" (
        "id" text not null,
        "created_at" timestamptz(3) not null default now(),
        "updated_at" timestamptz(3) not null default now(),
        "identifier" text not null,
        "value" text not null,
        "expires_at" timestamptz(3) not null,
        primary key ("id")
      )`);
    this.addSql(`create index "verification_tokens_identifier_index" on "verification_tokens" ("identifier")`);
    this.addSql(`create index "verification_tokens_expires_at_index" on "verification_tokens" ("expires_at")`);
    this.addSql(
      `create or replace function "verification_tokens_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" BEFORE UPDATE on "verification_tokens" for each ROW execute function "verification_tokens_touch_updated_at_fn"()`,
    );

    // references
    this.addSql(
      `alter table "accounts" add constraint "accounts_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade`,
    );
    this.addSql(
      `alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade`,
    );
  }

  override down(): void {
    this.addSql(`drop table if exists "verification_tokens"`);
    this.addSql(`drop table if exists "sessions"`);
    this.addSql(`drop table if exists "accounts"`);
    this.addSql(`drop table if exists "users"`);
    this.addSql(`drop function if exists "verification_tokens_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "sessions_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "accounts_touch_updated_at_fn"()`);
    this.addSql(`drop function if exists "users_touch_updated_at_fn"()`);
  }
}
