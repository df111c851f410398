import { Migrator } from '@mikro-orm/migrations';
import type { DatabaseSchema, DatabaseTable, EntityManager } from '@mikro-orm/sql';

const keyOf = ({ schema, name }: DatabaseTable): string => `${schema ?? ''}.${name}`;

/** This package's own snapshot, for packages above it, whose snapshots hold no more than their own tables. */
export class BaseSnapshot extends Migrator {
  constructor(em: EntityManager, folder: string) {
    super(em);
    Object.assign(this, { options: { ...this.options, path: folder, pathTs: folder } });
  }

  /** The tables of this package as its release has them, and beside them those of `own`. */
  async mergeWith(own: DatabaseSchema | undefined): Promise<DatabaseSchema | undefined> {
    const base = await this.getSchemaFromSnapshot();
    base?.setTables([...base.getTables(), ...(own ? await this.withoutOurs(own.getTables()) : [])]);
    base?.setNamespaces(new Set([...base.getNamespaces(), ...(own?.getNamespaces() ?? [])]));

    return base;
  }

  async withoutOurs(tables: DatabaseTable[]): Promise<DatabaseTable[]> {
    const base = await this.getSchemaFromSnapshot();
    const ours = new Set(base?.getTables().map(keyOf));
    return tables.filter((table) => !ours.has(keyOf(table)));
  }
}
