import { type Check, nameOf, quote, takers } from './check.js';

/** What a role could make or change, to get at rows later. */
export const grantChecks: Check[] = [
  {
    name: 'nothing can be created',
    isForLogins: true,
    isMootForSuperusers: true,
    findFaults: (facts) => {
      const { creatable, database } = facts.catalog;
      const faults = creatable.map(
        (schema) =>
          `${nameOf(facts)} may create in the schema ${schema}: revoke create on schema ${quote(schema)} from ${takers(facts)}`,
      );
      const own = ['CREATE', 'TEMPORARY'].filter((privilege) =>
        // The role never runs SQL that is not looked at first. A login does, and a temporary table hides one of ours.
        privilege === 'CREATE' ? database.mayCreate : database.mayCreateTemporary && facts.isLogin,
      );

      return [
        ...faults,
        ...own.map(
          (privilege) =>
            `${nameOf(facts)} has ${privilege} on the database: revoke ${privilege.toLowerCase()} on database ${quote(database.name)} from ${takers(facts)}`,
        ),
      ];
    },
  },
  {
    name: 'there are no other grants',
    isForLogins: true,
    isMootForSuperusers: true,
    findFaults: (facts) => {
      const { grants, futureGrants, parameters } = facts.catalog;

      return [
        ...grants.map(
          (object) => `${nameOf(facts)} has privileges on ${object}: revoke all on it from ${takers(facts)}`,
        ),
        ...futureGrants.map(
          (grant) =>
            `${nameOf(facts)} would have ${grant}: alter default privileges … revoke all on … from ${takers(facts)}`,
        ),
        ...parameters.map(
          (parameter) =>
            `${nameOf(facts)} may change the parameter ${parameter}: revoke all on parameter ${parameter} from ${takers(facts)}`,
        ),
      ];
    },
  },
];
