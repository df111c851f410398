import { OutOfScopeError, ScopeNotEnforcedError } from './database-error.js';
import { PostgresError } from './postgres-error.js';
import { QueryFailedError } from './query-failed-error.js';
import { asQueryFailedError } from './without-values.js';

/** What a statement's failure means in a scope. Whatever the database did not say is returned as it is. */
export function explainScopedFailure(thrown: unknown): unknown {
  const error = asQueryFailedError(thrown);

  // A policy or a missing privilege: the one as the other says that the scope does not have this.
  return error instanceof QueryFailedError && error.sqlState === '42501'
    ? new OutOfScopeError(error.table ?? namedTable(error.cause), { cause: error.cause })
    : error;
}

/** What PostgreSQL itself says in these places ends with the table. What a trigger raises may end with anything. */
function namedTable(cause: unknown): string | undefined {
  return cause instanceof PostgresError && /^(ExecWithCheckOptions|aclcheck_error)$/.test(cause.routine ?? '')
    ? / table "?([^"]+)"?$/.exec(cause.reveal('message') ?? '')?.[1]
    : undefined;
}

/** What it means that a scope could not be entered. */
export function explainScopeEntry(thrown: unknown): unknown {
  const error = asQueryFailedError(thrown);

  if (!(error instanceof QueryFailedError)) {
    return error;
  }

  switch (error.sqlState) {
    case '42501':
      return new ScopeNotEnforcedError([
        'the login must not enter the roles of scopes: make it a member of codex_scoped (grant codex_scoped to …)',
      ]);
    // An unknown role is an invalid value of the setting.
    case '22023':
    case '42704':
      return new ScopeNotEnforcedError([
        'the roles of scopes (codex_scoped_…) do not exist: run the migrations (npx mikro-orm migration:up, or npm run db:migrate)',
      ]);
    default:
      return error;
  }
}
