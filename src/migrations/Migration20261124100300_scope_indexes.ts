import { Migration } from '@mikro-orm/migrations';

/** The policies of users and media items ask, row by row, whether an organization's content is by them or uses them. */
export class Migration20261124100300_scope_indexes extends Migration {
  override up(): void {
    this.addSql(
      `create index "content_creator_id_organization_id_index" on "content" ("creator_id", "organization_id")`,
    );
    this.addSql(
      `create index "content_media_item_id_organization_id_index" on "content" ("media_item_id", "organization_id")`,
    );
    this.addSql(`drop index "content_creator_id_index"`);
    this.addSql(`drop index "content_media_item_id_index"`);
  }

  override down(): void {
    this.addSql(`create index "content_creator_id_index" on "content" ("creator_id")`);
    this.addSql(`create index "content_media_item_id_index" on "content" ("media_item_id")`);
    this.addSql(`drop index "content_creator_id_organization_id_index"`);
    this.addSql(`drop index "content_media_item_id_organization_id_index"`);
  }
}
