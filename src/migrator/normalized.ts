/** Strings, quoted names and bodies in dollars, which stay as they are; and comments. */
const literal = /('(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\2\$)|--[^\n]*|\/\*[\s\S]*?\*\//;

/** Whether there is more than one statement. */
export const hasSeveral = (sql: string): boolean => normalized(sql).replace(new RegExp(literal, 'g'), '').includes(';');

/** A statement in one line, without comments, so that its layout does not matter. */
export function normalized(sql: string): string {
  let rest = sql;
  let text = '';
  const add = (code: string): void => {
    const line = code.replace(/\s+/g, ' ');
    text += /^$| $/.test(text) ? line.trimStart() : line;
  };

  for (let match = literal.exec(rest); match; match = literal.exec(rest)) {
    add(rest.slice(0, match.index));
    match[1] === undefined ? add(' ') : (text += match[1]);
    rest = rest.slice(match.index + match[0].length);
  }

  add(rest);
  return text.replace(/[ ;]+$/, '');
}
