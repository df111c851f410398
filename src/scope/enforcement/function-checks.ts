import type { Definer } from './catalog.js';
import { type Check, existingTables, type Facts, nameOf, takers } from './check.js';
import type { DeclaredRule } from './declared.js';

const migrate = 'create it as npx mikro-orm schema:create --dump prints it';

/** Code that runs with the rights of somebody who sees more. */
export const functionChecks: Check[] = [
  {
    name: "no other code runs with its owner's rights",
    isForLogins: true,
    isMootForSuperusers: true,
    findFaults: (facts) => {
      const rules = facts.tables.flatMap((table) => table.rules);
      const isOther = ({ signature, isCallable, isTriggered }: Definer) => {
        const rule = rules.find((each) => each.function === signature);
        return (isCallable && !(rule && !rule.isRevoked)) || (isTriggered && !rule && !facts.isLogin);
      };

      return facts.catalog.definers
        .filter(isOther)
        .map(({ signature, isCallable }) =>
          isCallable
            ? `${nameOf(facts)} may call ${signature}, or put it on a table of its own, and it runs with its owner's rights: revoke all on routine ${signature} from ${takers(facts)}`
            : `a trigger calls ${signature}, which runs with its owner's rights: alter routine ${signature} security invoker`,
        );
    },
  },
  {
    name: 'rules across tables are kept',
    findFaults: (facts) =>
      existingTables(facts).flatMap(([{ name, rules }]) => rules.flatMap((rule) => findRuleFaults(facts, name, rule))),
  },
];

function findRuleFaults(facts: Facts, table: string, rule: DeclaredRule): string[] {
  const { catalog } = facts;
  const where = `the trigger ${rule.trigger} on ${table}`;
  const trigger = catalog.triggers.find((each) => each.table === table && each.name === rule.trigger);
  const definer = catalog.definers.find(({ signature }) => signature === rule.function);

  if (!trigger) {
    return [`there is no trigger ${rule.trigger} on ${table}: ${migrate}`];
  }

  return [
    ...(trigger.definition === rule.definition ? [] : [`${where} is not as declared: drop it and ${migrate}`]),
    ...(trigger.isEnabled ? [] : [`${where} is switched off: alter table "${table}" enable trigger "${rule.trigger}"`]),
    ...(definer
      ? findFunctionFaults(rule, definer)
      : [`the function ${rule.function} does not run with its owner's rights: ${migrate}`]),
  ];
}

function findFunctionFaults(rule: DeclaredRule, { language, settings, source, seesAll }: Definer): string[] {
  const isAsDeclared = language === 'plpgsql' && settings.join() === rule.settings && source === rule.source;

  return [
    ...(isAsDeclared ? [] : [`the function ${rule.function} is not as declared: ${migrate}`]),
    ...(seesAll
      ? []
      : [
          `the owner of the function ${rule.function} does not see all rows: make the owner of the tables its owner (alter function ${rule.function} owner to …)`,
        ]),
  ];
}
