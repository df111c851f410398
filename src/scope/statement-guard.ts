import { ScopeRefusedError } from '../errors/database-error.js';
import { type SqlToken, tokensOf } from '../sql/tokens.js';

/** What a statement in a scope may begin with: nothing that ends the transaction, changes a setting or runs text as SQL. */
const commands = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'WITH', 'VALUES', 'TABLE']);

/**
 * What changes a setting, or runs a text as SQL, which could: functions, and the view whose updates do it. And what stays
 * beyond the scope, for the next one on the same connection: large objects, and locks of the session.
 */
const escapes = new Set([
  'connectby',
  'crosstab',
  'cursor_to_xml',
  'cursor_to_xmlschema',
  'dblink',
  'dblink_exec',
  'dblink_open',
  'dblink_send_query',
  'loread',
  'lowrite',
  'pg_advisory_lock',
  'pg_advisory_lock_shared',
  'pg_advisory_unlock',
  'pg_advisory_unlock_all',
  'pg_advisory_unlock_shared',
  'pg_settings',
  'pg_try_advisory_lock',
  'pg_try_advisory_lock_shared',
  'query_to_xml',
  'query_to_xml_and_xmlschema',
  'query_to_xmlschema',
  'set_config',
  'ts_rewrite',
  'ts_stat',
]);

/** The functions that make, read and write large objects: `lo_create`, `lo_get` and so on. */
const largeObjects = /^lo_/;

/** What may stand between EXPLAIN and its statement, at most one of each. */
const explainOptions = new Set(['ANALYZE', 'ANALYSE', 'VERBOSE']);

/** Texts that hold none of these need not be taken apart: most statements. */
const suspicious = new RegExp(
  `;|\\bu&"|(?<!^\\s*(?:insert|merge)\\s+)\\binto\\b|pg_temp|\\blo_|${[...escapes].join('|')}`,
  'i',
);
const plainStart = new RegExp(`^\\s*\\(?\\s*(?:${[...commands].join('|')})\\b`, 'i');

/**
 * Lets through what a scope allows: one statement that reads or writes rows.
 *
 * It keeps mistakes and injected SQL inside the scope. PostgreSQL itself lets whoever may run any text change the settings
 * that carry the scope.
 *
 * @throws {ScopeRefusedError} for any other statement, and for several at once.
 */
export function refuseEscape(sql: string): void {
  if (plainStart.test(sql) && !suspicious.test(sql)) {
    return;
  }

  const tokens = [...tokensOf(sql)];

  while (tokens.at(-1)?.text === ';') {
    tokens.pop();
  }

  if (!commands.has(commandOf(tokens))) {
    throw new ScopeRefusedError(
      'In a scope, SQL may read and write rows, and nothing else: no transaction control, no settings, no roles, no definitions. Do this outside of the scope.',
    );
  }

  for (const [index, token] of tokens.entries()) {
    const forbidden = escapeBy(token, tokens[index - 1], tokens[index + 1]);

    if (forbidden) {
      throw new ScopeRefusedError(`In a scope, SQL must not contain ${forbidden}. Do this outside of the scope.`);
    }
  }
}

/** The word with which a statement begins or, if it is to be explained, the one that is. */
function commandOf(tokens: readonly SqlToken[]): string {
  const [first = '', ...words] = tokens.filter(({ text }) => text !== '(').map(({ text }) => text.toUpperCase());

  if (first !== 'EXPLAIN') {
    return first;
  }

  const afterOptions = tokens[1]?.text === '(' ? tokens.findIndex(({ text }) => text === ')') : 0;
  // With options in brackets, none may follow; brackets that hold no options begin a query.
  const hasOptions = afterOptions > 0 && !commands.has(words[0] ?? '');
  const rest = hasOptions
    ? tokens.slice(afterOptions + 1).map(({ text }) => text.toUpperCase())
    : words.filter((word, index) => !(index < 2 && explainOptions.has(word)));

  return rest.find((word) => word !== '(') ?? '';
}

function escapeBy(
  { kind, text }: SqlToken,
  before: SqlToken | undefined,
  after: SqlToken | undefined,
): string | undefined {
  if (text === ';') {
    return 'a second statement';
  }

  if (kind === 'word' && /^into$/i.test(text) && makesTable(before, after)) {
    return 'SELECT … INTO, which makes a table';
  }

  if (kind === 'quoted' && /^u&/i.test(text)) {
    return 'a name with escapes';
  }

  const name = kind === 'quoted' ? text.slice(1, -1) : text.toLowerCase();
  const isForbidden =
    escapes.has(name) || name.startsWith('pg_temp') || (largeObjects.test(name) && after?.text === '(');
  return (kind === 'quoted' || kind === 'word') && isForbidden ? name : undefined;
}

/**
 * A temporary table would outlive the scope, and hide a real one of its name from all who use the connection later.
 *
 * The words before INTO can be a column's name as well. Only the one after it tells: no other table can be made in a scope.
 */
const makesTable = (before: SqlToken | undefined, after: SqlToken | undefined): boolean =>
  !/^(insert|merge)$/i.test(before?.text ?? '') ||
  /^(temp|temporary|local|global|unlogged|table)$/i.test(after?.text ?? '');
