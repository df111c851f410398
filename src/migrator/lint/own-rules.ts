import { normalized } from '../normalized.js';

interface Rule {
  name: string;
  form: RegExp;
  message: string;
  help: string;
}

/** What squawk lets pass. */
const rules: Rule[] = [
  {
    name: 'ban-truncate',
    form: /^truncate\b/i,
    message: 'Truncating deletes all rows of a table, under a lock that stops its readers.',
    help: 'Delete the rows that must go in batches.',
  },
  {
    name: 'ban-lock-table',
    form: /^lock\b/i,
    message: 'A lock of a whole table holds its users up until the migration ends.',
    help: 'Lock the rows that matter: select … for update.',
  },
  {
    name: 'ban-table-rewrite',
    form: /^(vacuum (\(.*\bfull\b.*\)|full)|cluster\b|refresh materialized view (?!concurrently)|alter table .* set (logged|unlogged|tablespace|access method)\b)/i,
    message: 'It writes the whole table anew, under a lock that stops its readers.',
    help: 'Do it in a maintenance window, or concurrently where there is such a form.',
  },
  {
    name: 'ban-drop-cascade',
    form: /^(drop schema\b|drop .* cascade$)/i,
    message: 'It drops more than it names.',
    help: 'Name what is to go, one by one.',
  },
  {
    name: 'renaming-enum-value',
    form: /^alter type .* rename value\b/i,
    message: 'Renaming a value of an enum breaks clients that write or expect the old one.',
    help: 'Add the new value, move the rows, and leave the old one.',
  },
  {
    name: 'renaming-schema-object',
    form: /^alter (type|schema|view|function) \S+ rename to\b/i,
    message: 'Renaming it breaks clients that use the old name.',
    help: 'Make a new one beside it, and drop the old one when nothing uses it any more.',
  },
];

/** The rules that a statement breaks. */
export const ownFindings = (sql: string): Rule[] => rules.filter(({ form }) => form.test(normalized(sql)));
