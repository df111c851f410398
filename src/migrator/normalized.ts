/** Strings, quoted names and bodies in dollars, which stay as they are; and comments. */
const literal = /('(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\2\$)|--[^\n]*|\/\*[\s\S]*?\*\//;

/** Whether there is more than one statement. */
export const hasSeveral = (sql: string): boolean => normalized(sql).replace(new RegExp(literal, 'g'), '').includes(';');

/** A statement in one line, without comments, so that its layout does not matter. */
export function normalized(sql: string): string {
  let rest = sql;
  let text = '';

  for (let match = literal.exec(rest); match; match = literal.exec(rest)) {
    text += `${rest.slice(0, match.index).replace(/\s+/g, ' ')}${match[1] ?? ' '}`;
    rest = rest.slice(match.index + match[0].length);
  }

  return `${text}${rest.replace(/\s+/g, ' ')}`.replace(/[\s;]+$/, '').trimStart();
}
