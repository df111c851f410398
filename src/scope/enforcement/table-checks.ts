import { roleOf, scopeKinds } from '../scope.js';
import type { Policy } from './catalog.js';
import { type Check, existingTables, type Facts, nameOf, quote, takers } from './check.js';
import type { DeclaredPolicy } from './declared.js';
import { isSameCondition } from './same-condition.js';

const kindNames: Record<string, string> = {
  S: 'sequence',
  f: 'foreign table',
  m: 'materialized view',
  p: 'partitioned table',
  r: 'table',
  v: 'view',
};

const everyKind = scopeKinds.map((kind) => quote(roleOf(kind))).join(', ');

const recreate = 'drop it and create it as npx mikro-orm schema:create --dump prints it';

/** What keeps the rows of each table apart. */
export const tableChecks: Check[] = [
  { name: 'row-level security is on', findFaults: (facts) => [...findMissingTables(facts), ...findOpenTables(facts)] },
  { name: 'policies are as declared', findFaults: findWrongPolicies },
  { name: 'no other policy lets rows through', isForLogins: true, findFaults: findOtherPolicies },
  {
    name: 'privileges on tables are as declared',
    isForLogins: true,
    isMootForSuperusers: true,
    findFaults: findWrongPrivileges,
  },
  {
    name: 'nothing else can be read or written',
    isForLogins: true,
    isMootForSuperusers: true,
    findFaults: findOtherPrivileges,
  },
];

function findMissingTables(facts: Facts): string[] {
  const found = new Set(existingTables(facts).map(([{ name }]) => name));
  const missing = facts.tables.map(({ name }) => name).filter((name) => !found.has(name));

  return missing.length > 0 ? [`there is no table ${missing.join(', ')} in the schema public: run the migrations`] : [];
}

function findOpenTables(facts: Facts): string[] {
  return existingTables(facts).flatMap(([{ name }, { isRowSecurityOn, isRowSecurityForced, hasRules }]) => [
    ...(isRowSecurityOn
      ? []
      : [`row-level security is off for ${name}: alter table ${quote(name)} enable row level security`]),
    // Then the rules across tables, which run as the owner, would not find the rows that they look for.
    ...(isRowSecurityForced
      ? [`row-level security binds the owner of ${name} too: alter table ${quote(name)} no force row level security`]
      : []),
    ...(hasRules ? [`${name} has rewrite rules, which run with its owner's rights: drop them (drop rule … )`] : []),
  ]);
}

function findWrongPolicies(facts: Facts): string[] {
  return existingTables(facts).flatMap(([{ name: table, policies }]) =>
    policies.flatMap((declared) => {
      const found = facts.catalog.policies.find(
        ({ schema, table: its, name }) => schema === 'public' && its === table && name === declared.name,
      );

      if (!found) {
        return [`${table} has no policy ${declared.name}: create it as npx mikro-orm schema:create --dump prints it`];
      }

      const differences = differencesOf(declared, found);
      return differences.length > 0
        ? [
            `the policy ${declared.name} on ${table} has another ${differences.join(' and ')} than declared: ${recreate}`,
          ]
        : [];
    }),
  );
}

function differencesOf(declared: DeclaredPolicy, found: Policy): string[] {
  const isEqual = {
    type: found.isPermissive,
    command: declared.command === found.command,
    role: found.roles.join() === declared.roles.join(),
    'USING condition': isSameCondition(declared.using, found.using ?? undefined),
    'WITH CHECK condition': isSameCondition(declared.check, found.check ?? undefined),
  };

  return Object.entries(isEqual).flatMap(([what, isSame]) => (isSame ? [] : [what]));
}

/** A policy that restricts can only hide rows. */
function findOtherPolicies(facts: Facts): string[] {
  const isDeclared = ({ schema, table, name }: Policy) =>
    schema === 'public' &&
    facts.tables.some((declared) => declared.name === table && declared.policies.some((each) => each.name === name));

  return facts.catalog.policies
    .filter((policy) => policy.applies && policy.isPermissive && !isDeclared(policy))
    .map(
      ({ schema, table, name }) =>
        `the policy ${name} on ${schema}.${table} is for ${nameOf(facts)}, and no entity declares it: drop policy ${quote(name)} on ${quote(schema, table)}`,
    );
}

function findWrongPrivileges(facts: Facts): string[] {
  const { kinds } = facts.catalog;
  const unusable = kinds
    .filter(({ mayUse }) => !mayUse)
    .map(
      (kind) =>
        `${nameOf(facts, kind)} must not use the schema public: grant usage on schema public to ${quote(kind.name)}`,
    );
  // What one of the kinds has counts as the subject's, and more than they should have is more than it should have.
  const wrong = existingTables(facts).flatMap(([{ name, privileges }, { privileges: found }]) => {
    const excess = found.filter((privilege) => !privileges.includes(privilege));

    return [
      ...(excess.length > 0
        ? [
            `${nameOf(facts)} has ${excess.join(', ')} on ${name}, which is not declared: ${revoke(facts, 'public', name, privileges)}`,
          ]
        : []),
      ...kinds.flatMap((kind) => {
        const missing = privileges.filter((privilege) => !kind.privileges[name]?.includes(privilege));

        return [
          ...(missing.length > 0
            ? [
                `${nameOf(facts, kind)} has no ${missing.join(', ')} on ${name}: grant ${missing.join(', ')} on ${quote(name)} to ${quote(kind.name)}`,
              ]
            : []),
        ];
      }),
    ];
  });

  return [...unusable, ...wrong];
}

function revoke(facts: Facts, schema: string, name: string, declared: string[], kind = ''): string {
  const taken = `revoke all on ${kind}${quote(schema, name)} from ${takers(facts)}`;
  const given = `grant ${declared.join(', ')} on ${quote(schema, name)} to ${everyKind}`;

  return declared.length > 0 ? `${taken}; ${given}` : taken;
}

function findOtherPrivileges(facts: Facts): string[] {
  const declared = new Set(facts.tables.map(({ name }) => name));

  return facts.catalog.relations
    .filter(({ schema, name, privileges }) => privileges.length > 0 && !(schema === 'public' && declared.has(name)))
    .map(({ schema, name, kind, privileges }) => {
      const hint = kind === 'v' || kind === 'm' ? ' and which shows what its owner sees' : '';
      const what = `${kindNames[kind]} ${schema}.${name}`;

      return `${nameOf(facts)} has ${privileges.join(', ')} on the ${what}, which no entity declares${hint}: ${revoke(facts, schema, name, [], kind === 'S' ? 'sequence ' : '')}`;
    });
}
