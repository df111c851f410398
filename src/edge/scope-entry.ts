import { PostgresError } from '../errors/postgres-error.js';
import { explainScopedFailure, explainScopeEntry } from '../errors/scoped-failure.js';
import { type Scope, scopedRole, settingsOf } from '../scope/scope.js';
import type { NeonQuery } from './neon-endpoint.js';

/** The statement that puts the transaction in which it runs into the scope, until its end. */
export function scopeEntry(scope: Scope): NeonQuery {
  const settings = settingsOf(scope);
  const calls = settings.map(([name], index) => `set_config('${name}', $${index + 1}, true)`);

  return { query: `select ${calls.join(', ')}`, params: settings.map(([, value]) => value) };
}

/** What a failure means in a scope. */
export function explainInScope(error: Error): Error {
  return (isRefusedEntry(error) ? explainScopeEntry(error) : explainScopedFailure(error)) as Error;
}

/**
 * Whether it was the role that was refused, and not a statement. Neon does not say which one failed, but nothing that a
 * scope lets through sets this role.
 */
function isRefusedEntry({ cause }: Error): boolean {
  return (
    cause instanceof PostgresError &&
    cause.routine === 'call_string_check_hook' &&
    cause.reveal('message')?.includes(scopedRole) === true
  );
}
