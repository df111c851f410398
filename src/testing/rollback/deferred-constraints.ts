import type { RunSql } from '../sentinels/keys.js';

/** What makes a text have anything to do with deferred constraints. */
export const mentionsDeferred = /\bdeferr/i;

/** SQL that defers those constraints again that are so from the beginning; an empty text if there are none. */
export async function readDeferAgain(run: RunSql): Promise<string> {
  const [found] = await run<{ names: string | null }>(
    `select string_agg(format('%I.%I', nspname, conname), ', ') as names
     from pg_constraint join pg_namespace on pg_namespace.oid = connamespace where condeferrable and condeferred`,
  );

  return found?.names ? `set constraints ${found.names} deferred; ` : '';
}
