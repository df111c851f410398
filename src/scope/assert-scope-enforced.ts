import { ScopeNotEnforcedError } from '../errors/database-error.js';
import type { Orm } from '../orm/create-orm.js';
import type { EntityManager } from '../orm/entity-manager.js';
import { readCatalog } from './enforcement/catalog.js';
import type { Check, Facts } from './enforcement/check.js';
import { declaredTables } from './enforcement/declared.js';
import { functionChecks } from './enforcement/function-checks.js';
import { grantChecks } from './enforcement/grant-checks.js';
import { roleChecks } from './enforcement/role-checks.js';
import { tableChecks } from './enforcement/table-checks.js';
import { roleOf, scopedRole, scopeKinds } from './scope.js';

const checks = [...roleChecks, ...tableChecks, ...functionChecks, ...grantChecks];

/** What a check of the scopes has found. */
export interface ScopeCheckResult {
  name: string;
  /** Each says what is wrong, where, and what to do; `undefined` if there was nothing to look at. */
  faults: string[] | undefined;
}

export interface ScopeCheckOptions {
  /**
   * Whether the login itself must get no further than a scope, as that of `DATABASE_URL_SCOPED`. The owner's sees all.
   * Default false.
   */
  isLoginScoped?: boolean | undefined;
}

/**
 * Proves that the database keeps scopes apart as the entities declare it.
 *
 * The roles of scopes must exist, bypass, own and inherit nothing, and have no privilege but those declared; every table
 * must have its policies, word for word, and every rule across tables its trigger. Objects of extensions are left out. It
 * takes one statement, two for a login that is scoped, and changes nothing: for start-up or a health check, on every
 * transport.
 *
 * @throws {ScopeNotEnforcedError} whose `faults` are all that is wrong.
 *
 * @example
 * await assertScopeEnforced(orm);
 */
export async function assertScopeEnforced(orm: Orm, options?: ScopeCheckOptions): Promise<void> {
  const faults = (await checkScopes(orm, options)).flatMap((result) => result.faults ?? []);

  if (faults.length > 0) {
    throw new ScopeNotEnforcedError(faults);
  }
}

/** The same, check by check. */
export async function checkScopes(
  orm: Orm,
  { isLoginScoped = false }: ScopeCheckOptions = {},
): Promise<ScopeCheckResult[]> {
  const em = orm.em.fork();
  return [...(await checkRole(em)), ...(isLoginScoped ? await checkLogin(em) : [])];
}

/**
 * Checks all on which scopes rest.
 *
 * @param role the role of scopes, `codex_scoped`; another one for tests, which must not change that of all databases.
 */
export async function checkRole(em: EntityManager, role: string = scopedRole): Promise<ScopeCheckResult[]> {
  const names = scopeKinds.map((kind) => roleOf(kind, role));
  const catalog = await readCatalog(em, role, names);
  const { subject, kinds } = catalog;
  const missing = names.filter((name) => !kinds.some((kind) => kind.name === name));
  const facts = subject && { catalog, subject, isLogin: false, tables: declaredTables(em) };

  return [
    {
      name: 'the roles exist',
      faults: (subject ? missing : [role]).map((name) => `the role ${name} does not exist: run the migrations`),
    },
    ...checks.map((check) => ({ name: check.name, faults: facts ? findFaults(check, facts) : undefined })),
  ];
}

/** Checks that the login gets no further than a scope. */
async function checkLogin(em: EntityManager): Promise<ScopeCheckResult[]> {
  const catalog = await readCatalog(em);
  const facts = { catalog, subject: catalog.subject!, isLogin: true, tables: declaredTables(em) };

  return checks
    .filter(({ isForLogins }) => isForLogins)
    .map((check) => ({ name: check.nameForLogins ?? check.name, faults: findFaults(check, facts) }));
}

const findFaults = (check: Check, facts: Facts): string[] | undefined =>
  check.isMootForSuperusers && facts.subject.isSuperuser ? undefined : check.findFaults(facts);
