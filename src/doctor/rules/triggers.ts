import type { SqlTriggerDef } from '@mikro-orm/sql';
import type { Trigger } from '../catalog.js';
import { type Facts, plain, quote, type Rule } from '../rule.js';

/** Triggers run, and run what is declared. */
export const triggerRules: Rule[] = [
  { name: 'triggers do what the entities declare', findFaults: findWrongTriggers },
  { name: 'no trigger is disabled', findFaults: findDisabledTriggers },
];

function findWrongTriggers({ declared, catalog }: Facts): string[] {
  return declared.getTables().flatMap((table) => {
    const schema = table.schema ?? declared.name;

    return table.getTriggers().flatMap((trigger) => {
      const found = catalog.triggers.find(
        (each) => each.schema === schema && each.table === table.name && each.name === trigger.name,
      );
      const wrong = found && differencesOf(trigger, found);

      return wrong && wrong.length > 0
        ? [
            `the trigger ${trigger.name} on ${plain(schema, table.name)} has another ${wrong.join(' and ')} than declared: create it as npx mikro-orm schema:create --dump prints it`,
          ]
        : [];
    });
  });
}

function differencesOf(declared: SqlTriggerDef, { definition, source }: Trigger): string[] {
  const when = /^CREATE (?:CONSTRAINT )?TRIGGER \S+ (BEFORE|AFTER|INSTEAD OF) (.+?) ON .* FOR EACH (ROW|STATEMENT)/s;
  const [, timing, events = '', forEach] = when.exec(definition) ?? [];
  const body = bodyOf(declared);
  const isEqual = {
    timing: timing === declared.timing.toUpperCase() && forEach === declared.forEach.toUpperCase(),
    event: sorted(events.replaceAll(/ OF .*?(?= OR |$)/g, '').split(' OR ')) === sorted(declared.events),
    function: body === undefined || normalized(body) === normalized(source),
  };

  return Object.entries(isEqual).flatMap(([what, isSame]) => (isSame ? [] : [what]));
}

/** `undefined` if the trigger calls a function that is declared elsewhere. */
function bodyOf({ body, expression }: SqlTriggerDef): string | undefined {
  return expression ? /\bas (\$\w*\$)(.*?)\1/is.exec(expression)?.[2] : `begin ${body} end`;
}

const sorted = (events: readonly string[]): string =>
  events
    .map((event) => event.toLowerCase())
    .sort()
    .join();

const normalized = (source: string): string =>
  source
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?; ?/g, '; ')
    .replace(/[; ]*\bend[; ]*$/i, '')
    .trim();

function findDisabledTriggers({ catalog }: Facts): string[] {
  return catalog.triggers
    .filter(({ state }) => state === 'D' || state === 'R')
    .map(({ schema, table, name, isInternal }) => {
      const what = isInternal ? 'a trigger that keeps a foreign key' : `the trigger ${name}`;

      return `${what} on ${plain(schema, table)} is disabled: alter table ${quote(schema, table)} enable trigger ${isInternal ? 'all' : quote(name)}`;
    });
}
