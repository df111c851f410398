import { type Facts, plain, quote, type Rule } from '../rule.js';

/** Entities, snapshot, migrations and database say the same. */
export const driftRules: Rule[] = [
  { name: 'the snapshot is that of the entities', findFaults: findStaleSnapshot },
  { name: 'every migration is applied, and its file is there', findFaults: findMigrations },
  { name: 'the tables are as the entities declare them', findFaults: findDifferences },
];

function findStaleSnapshot({ isSnapshotStale }: Facts): string[] | undefined {
  return isSnapshotStale === undefined
    ? undefined
    : isSnapshotStale
      ? ['the entities have changed since the last migration was made: npm run db:gen']
      : [];
}

function findMigrations({ migrations: { schema, table, files, applied } }: Facts): string[] {
  if (!applied) {
    return [
      `the login must not read which migrations were applied: grant usage on schema ${quote(schema)} and select on ${quote(schema, table)} to it`,
    ];
  }

  const last = applied.at(-1) ?? '';

  return [
    ...files
      .filter((name) => !applied.includes(name))
      .map((name) =>
        name < last
          ? `the migration ${name} is not applied, but ${last}, which is later, is: make it anew with a later name`
          : `the migration ${name} is not applied: npm run db:migrate`,
      ),
    ...applied
      .filter((name) => !files.includes(name))
      .map(
        (name) =>
          `the migration ${name} is applied, but its file is missing: restore it, or look from the version of the code that has it`,
      ),
  ];
}

function findDifferences({ declared, catalog, updates }: Facts): string[] {
  const tables = declared.getTables();
  const found = catalog.relations.filter(({ schema, name }) =>
    tables.some((table) => table.name === name && (table.schema ?? declared.name) === schema),
  );
  // PostgreSQL hides from others what the comparison needs, such as defaults.
  const hidden = found.filter(({ isOwn }) => !isOwn);

  if (hidden.length > 0) {
    const names = hidden.map(({ schema, name }) => plain(schema, name)).join(', ');
    return [
      `the login cannot see all of ${names}, which it does not own: look with the login that runs the migrations`,
    ];
  }

  return found.length === 0 && tables.length > 0
    ? ['none of the tables exists: npm run db:migrate']
    : updates.map((statement) => `the database differs from the entities, which ask for: ${statement}`);
}
