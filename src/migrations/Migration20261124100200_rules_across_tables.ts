import { Migration } from '@mikro-orm/migrations';

/** A content has a media item of its own creator; access and purchases name the organization of their content. */
export class Migration20261124100200_rules_across_tables extends Migration {
  override up(): void {
    // Rows that break a rule already would stay as they are.
    this.addSql(
      `do $$ begin if exists (select from "content" join "media_items" on "media_items"."id" = "content"."media_item_id" where "media_items"."creator_id" <> "content"."creator_id") then raise exception 'There is content whose media item has another creator. Give both the same creator, then migrate again.'; end if; end $$`,
    );

    this.addSql(
      `create or replace function "media_items_creator_of_content_fn"() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin if new.creator_id is not null and (new.creator_id is distinct from old.creator_id) then if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then raise feature_not_supported using message = 'this can be changed under the isolation level read committed only'; end if; perform 1 where not exists (select from public.content where media_item_id = new.id and creator_id <> new.creator_id); if not found then raise foreign_key_violation using message = 'a media item must be of the same creator as each content that uses it', schema = tg_table_schema, table = tg_table_name, constraint = 'media_items_creator_of_content'; end if; end if; return new; end; $$`,
    );
    this.addSql(
      `create trigger "creator_of_content" before update on "media_items" for each row execute function "media_items_creator_of_content_fn"()`,
    );
    this.addSql(`revoke all on function "media_items_creator_of_content_fn"() from public`);
    this.addSql(
      `create or replace function "content_media_item_of_creator_fn"() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin if new.media_item_id is not null and new.creator_id is not null and (tg_op = 'INSERT' or new.media_item_id is distinct from old.media_item_id or new.creator_id is distinct from old.creator_id) then perform 1 from public.media_items where id = new.media_item_id and creator_id = new.creator_id for share; if not found then raise foreign_key_violation using message = 'the media item of a content must exist and be of the same creator', schema = tg_table_schema, table = tg_table_name, constraint = 'content_media_item_of_creator'; end if; end if; return new; end; $$`,
    );
    this.addSql(
      `create trigger "media_item_of_creator" before insert or update on "content" for each row execute function "content_media_item_of_creator_fn"()`,
    );
    this.addSql(`revoke all on function "content_media_item_of_creator_fn"() from public`);
    this.addSql(
      `create or replace function "purchases_organization_of_content_fn"() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin if new.content_id is not null and new.organization_id is not null and (tg_op = 'INSERT' or new.content_id is distinct from old.content_id or new.organization_id is distinct from old.organization_id) then perform 1 from public.content where id = new.content_id and organization_id = new.organization_id; if not found then raise foreign_key_violation using message = 'the content must exist and be of the same organization', schema = tg_table_schema, table = tg_table_name, constraint = 'purchases_organization_of_content'; end if; end if; return new; end; $$`,
    );
    this.addSql(
      `create trigger "organization_of_content" before insert or update on "purchases" for each row execute function "purchases_organization_of_content_fn"()`,
    );
    this.addSql(`revoke all on function "purchases_organization_of_content_fn"() from public`);
    this.addSql(
      `create or replace function "content_access_organization_of_content_fn"() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin if new.content_id is not null and new.organization_id is not null and (tg_op = 'INSERT' or new.content_id is distinct from old.content_id or new.organization_id is distinct from old.organization_id) then perform 1 from public.content where id = new.content_id and organization_id = new.organization_id; if not found then raise foreign_key_violation using message = 'the content must exist and be of the same organization', schema = tg_table_schema, table = tg_table_name, constraint = 'content_access_organization_of_content'; end if; end if; return new; end; $$`,
    );
    this.addSql(
      `create trigger "organization_of_content" before insert or update on "content_access" for each row execute function "content_access_organization_of_content_fn"()`,
    );
    this.addSql(`revoke all on function "content_access_organization_of_content_fn"() from public`);
  }

  override down(): void {
    this.addSql(`drop trigger if exists "media_item_of_creator" on "content"`);
    this.addSql(`drop function if exists "content_media_item_of_creator_fn"()`);
    this.addSql(`drop trigger if exists "organization_of_content" on "content_access"`);
    this.addSql(`drop function if exists "content_access_organization_of_content_fn"()`);
    this.addSql(`drop trigger if exists "creator_of_content" on "media_items"`);
    this.addSql(`drop function if exists "media_items_creator_of_content_fn"()`);
    this.addSql(`drop trigger if exists "organization_of_content" on "purchases"`);
    this.addSql(`drop function if exists "purchases_organization_of_content_fn"()`);
  }
}
