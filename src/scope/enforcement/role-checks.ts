import { roleOf, scopedRole, scopeKinds } from '../scope.js';
import type { Subject } from './catalog.js';
import { type Check, type Facts, nameOf, quote } from './check.js';

const powers = [
  ['isSuperuser', 'is a superuser', 'nosuperuser'],
  ['bypassesRls', 'bypasses row-level security', 'nobypassrls'],
  ['createsRoles', 'may create roles', 'nocreaterole'],
  ['createsDatabases', 'may create databases', 'nocreatedb'],
  ['replicates', 'may replicate, and so read everything', 'noreplication'],
] as const satisfies [keyof Subject, string, string][];

/** The subject, and the roles that it may enter. */
const allOf = ({ subject, catalog }: Facts): Subject[] => [subject, ...catalog.kinds];

/** What a role is meant to be a member of. */
function groupsOf({ subject, isLogin }: Facts, role: Subject): string[] {
  const groups = isLogin ? [scopedRole] : scopeKinds.map((kind) => roleOf(kind, subject.name));
  return role === subject ? groups : [];
}

/** What the roles of scopes, or a login that is bound to them, are and could become. */
export const roleChecks: Check[] = [
  {
    name: 'the roles bypass nothing',
    nameForLogins: 'the login bypasses nothing',
    isForLogins: true,
    findFaults: (facts) =>
      allOf(facts).flatMap((role) => {
        const faults = powers.flatMap(([power, text, remedy]) =>
          role[power] ? [`${nameOf(facts, role)} ${text}: alter role ${quote(role.name)} ${remedy}`] : [],
        );
        const login = `${nameOf(facts, role)} may log in: alter role ${quote(role.name)} nologin, and make a login a member of ${scopedRole}`;

        return role.logsIn && !facts.isLogin ? [...faults, login] : faults;
      }),
  },
  {
    name: 'the roles are members of no others',
    nameForLogins: 'the login is a member of no other',
    isForLogins: true,
    findFaults: (facts) =>
      allOf(facts).flatMap((role) =>
        role.memberships.flatMap(({ role: group, isAdmin }) => {
          const isDue = groupsOf(facts, role).includes(group);

          if (isDue) {
            return isAdmin
              ? [
                  `${nameOf(facts, role)} may grant ${group} to others: revoke admin option for ${quote(group)} from ${quote(role.name)}`,
                ]
              : [];
          }

          return [
            `${nameOf(facts, role)} is a member of ${group}${isAdmin ? ' and its administrator' : ''}: revoke ${quote(group)} from ${quote(role.name)}`,
          ];
        }),
      ),
  },
  {
    name: 'the roles own nothing',
    nameForLogins: 'the login owns nothing',
    isForLogins: true,
    findFaults: (facts) =>
      allOf(facts).flatMap((role) =>
        role.owns.map(
          (object) =>
            `${nameOf(facts, role)} owns ${object}, and an owner sees all: give it to the owner of the tables (reassign owned by ${quote(role.name)} to …)`,
        ),
      ),
  },
  {
    name: 'this login may enter the roles',
    findFaults: (facts) => {
      const closed = allOf(facts).filter(({ mayLoginEnter }) => !mayLoginEnter);
      const [group] = closed;

      return group
        ? [
            `the login ${facts.catalog.login} must not enter the role ${group.name}: grant ${quote(facts.subject.name)} to ${quote(facts.catalog.login)}`,
          ]
        : [];
    },
  },
  {
    name: 'no scope is set by default',
    findFaults: ({ catalog }) =>
      catalog.presets.map(
        (preset) =>
          `${preset} is set where nobody has entered a scope: reset it (alter role … reset or alter database … reset, the server's configuration, or the options of the connection)`,
      ),
  },
  {
    name: 'no setting undoes the scopes',
    findFaults: ({ catalog }) =>
      catalog.unsafeSettings.map(
        (setting) =>
          `${setting} is set so that rules do not run or strings are read differently: reset it (alter role … reset or alter database … reset, the server's configuration, or the options of the connection)`,
      ),
  },
];
