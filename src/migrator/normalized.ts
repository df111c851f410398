/** Strings, quoted names and bodies in dollars, which stay as they are; and comments. */
const literal = /('(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\2\$)|--[^\n]*|\/\*[\s\S]*?\*\//;

/** The statements' words, without strings, names in quotes and comments. */
const wordsOf = (sql: string): string => normalized(sql).replace(new RegExp(literal, 'g'), '');

/** Whether there is more than one statement. */
export const hasSeveral = (sql: string): boolean => wordsOf(sql).includes(';');

/** Whether a statement begins or ends a transaction. */
export const controlsTransaction = (sql: string): boolean =>
  /(^|;) ?(begin|start transaction|commit|end|abort|prepare transaction|rollback(?! to))\b/i.test(wordsOf(sql));

/** A statement in one line, without comments, so that its layout does not matter. */
export function normalized(sql: string): string {
  let rest = sql;
  let text = '';
  const add = (code: string): void => {
    const line = code.replace(/\s+/g, ' ');
    text += /^$| $/.test(text) ? line.trimStart() : line;
  };

  for (let match = literal.exec(rest); match; match = literal.exec(rest)) {
    const [whole, kept] = match;
    add(`${rest.slice(0, match.index)}${kept === undefined ? ' ' : ''}`);
    text += kept ?? '';
    rest = rest.slice(match.index + whole.length);
  }

  add(rest);
  return text.replace(/[ ;]+$/, '');
}
