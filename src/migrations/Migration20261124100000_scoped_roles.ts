import { Migration } from '@mikro-orm/migrations';

const kinds = ['creator', 'org', 'creator_org', 'user'].map((kind) => `codex_scoped_${kind}`);
const everyKind = kinds.map((role) => `"${role}"`).join(', ');

/**
 * The roles under which work in scopes runs, one for each kind, and what they may do with the tables; and the role whose
 * members may enter them.
 *
 * Roles belong to the whole server: another database may have made them already.
 */
export class Migration20261124100000_scoped_roles extends Migration {
  override up(): void {
    for (const role of [...kinds, 'codex_scoped']) {
      this.addSql(
        `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role "${role}" nologin nosuperuser nobypassrls nocreaterole nocreatedb noreplication; end if; exception when duplicate_object or unique_violation then null; end $$`,
      );
      this.addSql(
        `do $$ begin if exists (select from pg_roles where rolname = '${role}' and (rolsuper or rolbypassrls)) then raise exception 'The role ${role} bypasses row-level security. Take that from it (alter role ${role} nosuperuser nobypassrls), then migrate again.'; end if; end $$`,
      );
    }

    // Granted once: two databases that migrate at the same time would update the same row of the server's catalog.
    for (const role of kinds) {
      this.addSql(
        `do $$ begin if not pg_has_role('codex_scoped', '${role}', 'member') then grant "${role}" to "codex_scoped"; end if; exception when unique_violation then null; end $$`,
      );
    }

    // Whoever migrates must be able to enter them. A superuser is, and since PostgreSQL 16 being their maker is not enough.
    this.addSql(
      `do $$ begin if not pg_has_role(current_user, 'codex_scoped', case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) then execute format('grant codex_scoped to %I', current_user); end if; end $$`,
    );
    this.addSql(`grant usage on schema public to ${everyKind}`);
    this.addSql(
      `grant select on "users", "organizations", "organization_memberships", "media_items", "content", "content_access", "purchases", "video_playback" to ${everyKind}`,
    );
    this.addSql(
      `grant insert on "organization_memberships", "media_items", "content", "content_access", "purchases", "video_playback" to ${everyKind}`,
    );
    this.addSql(
      `grant update on "users", "organizations", "organization_memberships", "media_items", "content", "content_access", "purchases", "video_playback" to ${everyKind}`,
    );
    this.addSql(`grant delete on "organization_memberships", "content_access", "video_playback" to ${everyKind}`);
  }

  override down(): void {
    this.addSql(`revoke all on all tables in schema public from ${everyKind}`);
    this.addSql(`revoke usage on schema public from ${everyKind}`);
    // All or none: while another database uses one of them, its logins need the others too.
    this.addSql(
      `do $$ begin drop role "codex_scoped", ${everyKind}; exception when dependent_objects_still_exist or insufficient_privilege then raise notice 'The roles of scopes stay: another database uses them, or another role made them.'; end $$`,
    );
  }
}
