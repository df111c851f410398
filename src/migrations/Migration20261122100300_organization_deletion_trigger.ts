import { Migration } from '@mikro-orm/migrations';

/** Content of an organization that is deleted for good becomes its creator's draft, under a slug that is free. */
export class Migration20261122100300_organization_deletion_trigger extends Migration {
  override up(): void {
    this.addSql(
      `create or replace function "content_detach_from_organization_fn"() returns trigger as $$ begin if old.organization_id is not null and new.organization_id is null then new.status := 'draft'; new.published_at := null; if new.deleted_at is null and exists ( select from content as other where other.creator_id = new.creator_id and other.slug = new.slug and other.id <> new.id and other.organization_id is null and other.deleted_at is null ) then new.slug := left(new.slug, 463) || '-' || new.id; end if; end if; return new; end; $$ language plpgsql`,
    );
    this.addSql(
      `create trigger "detach_from_organization" BEFORE UPDATE on "content" for each ROW execute function "content_detach_from_organization_fn"()`,
    );
  }

  override down(): void {
    this.addSql(`drop trigger if exists "detach_from_organization" on "content"`);
    this.addSql(`drop function if exists "content_detach_from_organization_fn"()`);
  }
}
