import type { Tables } from '../../orm/tables.js';

/** Every table and column in camelCase, with the values that the entities have; a to-one relation is its `…Id`. */
export interface EdgeTables extends CamelCased<Tables> {}

type CamelCased<Schema> = {
  [Table in keyof Schema as CamelCase<Table>]: {
    [Column in keyof Schema[Table] as CamelCase<Column>]: Schema[Table][Column];
  };
};

type CamelCase<Name> = Name extends `${infer Word}_${infer Rest}` ? `${Word}${Capitalize<CamelCase<Rest>>}` : Name;
