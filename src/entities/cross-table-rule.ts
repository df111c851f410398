import { Trigger } from '@mikro-orm/decorators/legacy';

/** A rule over two tables, kept by a trigger. */
interface CrossTableRule {
  /** What the trigger is called, and the constraint that its error names after the table. */
  name: string;
  table: string;
  events: ('insert' | 'update')[];
  /** A row is looked at if it has a value in each of these columns; an update, if it changes one of them. */
  columns: string[];
  /** What finds a row if the rule holds, after `select`. */
  holdsIf: string;
  /**
   * Whether it holds only as of now. A transaction that sees the database as it was when it began must not write then.
   * Default false.
   */
  isOfNow?: boolean;
  /** What the rule says, for the error. */
  message: string;
}

const refuseOldSnapshots = [
  `if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then`,
  `raise feature_not_supported using message = 'this can be changed under the isolation level read committed only'; end if;`,
].join(' ');

/**
 * Refuses rows that break the rule, whoever writes them, with a foreign-key violation that names it.
 *
 * The function runs with its owner's rights, because a scope may not see the other table's row: whether that row is missing
 * or belongs to somebody else, the error is the same. A trigger function cannot be called directly.
 */
export function CrossTableRule({
  name,
  table,
  events,
  columns,
  holdsIf,
  isOfNow = false,
  message,
}: CrossTableRule): ClassDecorator {
  const isFull = columns.map((column) => `new.${column} is not null`).join(' and ');
  const isChanged = columns.map((column) => `new.${column} is distinct from old.${column}`).join(' or ');
  const isWritten = events.includes('insert') ? `tg_op = 'INSERT' or ${isChanged}` : isChanged;

  return Trigger({
    name,
    timing: 'before',
    events,
    // With MikroORM's own form it would run with the rights of whoever writes.
    expression: [
      `create or replace function "${table}_${name}_fn"() returns trigger language plpgsql`,
      'security definer set search_path = pg_catalog, pg_temp as $$ begin',
      `if ${isFull} and (${isWritten}) then`,
      ...(isOfNow ? [refuseOldSnapshots] : []),
      `perform ${holdsIf};`,
      `if not found then raise foreign_key_violation using message = '${message}',`,
      `schema = tg_table_schema, table = tg_table_name, constraint = '${table}_${name}'; end if;`,
      'end if; return new; end; $$;',
      `create trigger "${name}" before ${events.join(' or ')} on "${table}" for each row execute function "${table}_${name}_fn"();`,
      // Put on a temporary table by somebody else, it would run that table's casts with its owner's rights.
      `revoke all on function "${table}_${name}_fn"() from public`,
    ].join(' '),
  }) as ClassDecorator;
}
