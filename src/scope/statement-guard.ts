import { ScopeRefusedError } from '../errors/database-error.js';
import { type SqlToken, tokensOf } from '../sql/tokens.js';

/** What a statement in a scope may begin with: nothing that ends the transaction, changes a setting or runs text as SQL. */
const commands = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'WITH', 'VALUES', 'TABLE', 'EXPLAIN']);

/** What changes a setting, or runs a text as SQL, which could: functions, and the view whose updates do it. */
const escapes = new Set([
  'connectby',
  'crosstab',
  'cursor_to_xml',
  'cursor_to_xmlschema',
  'dblink',
  'dblink_exec',
  'dblink_open',
  'dblink_send_query',
  'pg_settings',
  'query_to_xml',
  'query_to_xml_and_xmlschema',
  'query_to_xmlschema',
  'set_config',
  'ts_rewrite',
  'ts_stat',
]);

/** Texts that hold none of these need not be taken apart: most statements. */
const suspicious = new RegExp(`;|\\bu&"|(?<!^\\s*(?:insert|merge)\\s+)\\binto\\b|${[...escapes].join('|')}`, 'i');
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

  const first = tokens.find(({ text }) => text !== '(')?.text.toUpperCase() ?? '';

  if (!commands.has(first)) {
    throw new ScopeRefusedError(
      'In a scope, SQL may read and write rows, and nothing else: no transaction control, no settings, no roles, no definitions. Do this outside of the scope.',
    );
  }

  for (const [index, token] of tokens.entries()) {
    const forbidden = escapeBy(token, tokens[index - 1]);

    if (forbidden) {
      throw new ScopeRefusedError(`In a scope, SQL must not contain ${forbidden}. Do this outside of the scope.`);
    }
  }
}

function escapeBy({ kind, text }: SqlToken, before: SqlToken | undefined): string | undefined {
  if (text === ';') {
    return 'a second statement';
  }

  // A temporary table would outlive the scope, and hide a real one of its name from all who use the connection later.
  if (kind === 'word' && /^into$/i.test(text) && !/^(insert|merge)$/i.test(before?.text ?? '')) {
    return 'SELECT … INTO, which makes a table';
  }

  if (kind === 'quoted' && /^u&/i.test(text)) {
    return 'a name with escapes';
  }

  const name = kind === 'quoted' ? text.slice(1, -1) : text.toLowerCase();
  return (kind === 'quoted' || kind === 'word') && escapes.has(name) ? name : undefined;
}
