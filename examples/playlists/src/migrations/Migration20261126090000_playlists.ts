import { Migration } from '@mikro-orm/migrations';

/** Playlists, and what each scope sees and writes of them. */
export class Migration20261126090000_playlists extends Migration {
  override up(): void {
    this.addSql(
      `create table "playlists" ("id" uuid not null default gen_random_uuid(), "created_at" timestamptz(3) not null default now(), "updated_at" timestamptz(3) not null default now(), "creator_id" text not null default NULLIF(current_setting('codex.creator'::text, true), ''::text), "name" varchar(120) not null, "position" int not null default 0, primary key ("id"))`,
    );
    this.addSql(
      `alter table "playlists" add constraint "playlists_creator_id_name_unique" unique ("creator_id", "name")`,
    );
    this.addSql(
      `alter table "playlists" add constraint "playlists_creator_id_foreign" foreign key ("creator_id") references "users" ("id") on delete cascade`,
    );
    this.addSql(`alter table "playlists" add constraint "playlists_name_check" check (name <> '')`);
    this.addSql(`alter table "playlists" add constraint "playlists_position_check" check (position >= 0)`);

    this.addSql(
      `create function "playlists_touch_updated_at_fn"() returns trigger as $$ begin new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 millisecond'); return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "touch_updated_at" before update on "playlists" for each row execute function "playlists_touch_updated_at_fn"()`,
    );

    this.addSql(`alter table "playlists" enable row level security`);
    this.addSql(
      `create policy "creator_scope" on "playlists" to "codex_scoped_creator" using (creator_id = nullif(current_setting('codex.creator', true), '')) with check (creator_id = nullif(current_setting('codex.creator', true), ''))`,
    );
    // Written by hand: the policies say which rows, and each kind of scope needs the privilege to ask at all.
    this.addSql(
      `grant select, insert, update, delete on "playlists" to "codex_scoped_creator", "codex_scoped_org", "codex_scoped_creator_org", "codex_scoped_user"`,
    );
  }

  override down(): void {
    this.addSql(`drop table "playlists"`);
    this.addSql(`drop function "playlists_touch_updated_at_fn"()`);
  }
}
