import type { MigrationObject } from '@mikro-orm/core';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
import type { ConnectionSettings } from '../../../src/index.js';

/** The entity of a package that uses the harness. */
export const Shelf = defineEntity({
  name: 'Shelf',
  properties: {
    id: p.integer().primary(),
    label: p.string().length(40),
    books: () => p.oneToMany(Book).mappedBy('shelf'),
  },
});

export const Book = defineEntity({
  name: 'Book',
  properties: { id: p.integer().primary(), title: p.string(), shelf: () => p.manyToOne(Shelf).ref() },
});

class CreateShelf extends Migration {
  override up(): void {
    this.addSql('create table "shelf" ("id" serial primary key, "label" varchar(40) not null)');
    this.addSql(
      'create table "book" ("id" serial primary key, "title" varchar(255) not null, "shelf_id" int not null)',
    );
    this.addSql(
      'alter table "book" add constraint "book_shelf_id_foreign" foreign key ("shelf_id") references "shelf" ("id")',
    );
  }

  override down(): void {
    this.addSql('drop table "book"');
    this.addSql('drop table "shelf"');
  }
}

/** The package's own way to make its ORM. */
export const createShelfOrm =
  (...more: MigrationObject[]) =>
  ({ url }: ConnectionSettings) => {
    const { hostname, port, username, password, pathname } = new URL(url);

    return new MikroORM({
      host: hostname,
      port: Number(port || 5432),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      dbName: decodeURIComponent(pathname.slice(1)),
      entities: [Shelf, Book],
      extensions: [Migrator],
      migrations: {
        migrationsList: [{ name: 'Migration1_create_shelf', class: CreateShelf }, ...more],
        snapshot: false,
      },
    });
  };
