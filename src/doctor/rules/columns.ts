import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import type { Constraint } from '../catalog.js';
import { type Facts, plain, quote, type Rule } from '../rule.js';

/** What columns hold. */
export const columnRules: Rule[] = [
  { name: 'every instant is timestamptz(3)', findFaults: findWrongInstants },
  { name: 'every enumerated column has its check', findFaults: findWrongEnums },
];

function findWrongInstants({ catalog, migrations }: Facts): string[] {
  return catalog.columns
    .filter(({ schema, table }) => !(schema === migrations.schema && table === migrations.table))
    .filter(({ type }) => type.startsWith('timestamp') && !/^timestamp\(3\) with time zone(\[\])*$/.test(type))
    .map(({ schema, table, name, type }) => {
      const way = type.includes('without')
        ? 'convert it by a migration that says in which time zone its values are (using … at time zone …)'
        : `alter table ${quote(schema, table)} alter column ${quote(name)} type timestamptz(3)`;

      return `${plain(schema, table, name)} is ${type}, not timestamptz(3): ${way}`;
    });
}

function findWrongEnums({ entities, catalog, declared }: Facts): string[] {
  const faults = entities.flatMap((entity) =>
    entity.props.filter(isEnumerated).flatMap((property) => {
      const schema = entity.schema ?? declared.name;
      const column = property.fieldNames[0]!;
      const items = property.items!.map(String);
      const isThere = catalog.columns.some(
        (each) => each.schema === schema && each.table === entity.tableName && each.name === column,
      );
      const isChecked = catalog.constraints.some(
        (each) => each.schema === schema && each.table === entity.tableName && allowsExactly(each, column, items),
      );

      return isThere && !isChecked ? [describeEnum(entity, schema, column, items)] : [];
    }),
  );

  return [...new Set(faults)];
}

const isEnumerated = ({ enum: isEnum, items, nativeEnumName, array, persist }: EntityProperty): boolean =>
  Boolean(isEnum && items && items.length > 0) && !nativeEnumName && !array && persist !== false;

function allowsExactly(
  { type, isValid, isEnforced, columns, definition }: Constraint,
  column: string,
  items: string[],
) {
  if (type !== 'c' || !isValid || !isEnforced || columns.join() !== column) {
    return false;
  }

  const allowed = allowedBy(definition);
  return allowed !== undefined && [...allowed].sort().join('\n') === [...new Set(items)].sort().join('\n');
}

const value = String.raw`(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)(?:::[a-z ]+)?`;
const oneOf = new RegExp(
  String.raw`^CHECK \(+(?:\w+|"(?:[^"]|"")+")\)?(?:::\w+)? = (?:ANY \(+ARRAY\[(${value}(?:, ${value})*)\]\)*(?:::\w+\[\])?\)*|\(?(${value})\)?)\)*$`,
);

/** The values of a check that says nothing but which they are. */
function allowedBy(definition: string): Set<string> | undefined {
  const [, several, one] = oneOf.exec(definition) ?? [];
  const values = (several ?? one)?.matchAll(/'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)/g);

  return values && new Set([...values].map(([, text, number]) => text?.replaceAll(`''`, `'`) ?? number!));
}

function describeEnum({ tableName }: EntityMetadata, schema: string, column: string, items: string[]): string {
  return `${plain(schema, tableName, column)} has no check for exactly ${items.join(', ')}: make it as npx mikro-orm schema:update --dump prints it`;
}
