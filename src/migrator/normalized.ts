import { tokensOf } from '../sql/tokens.js';

/** SQL in one line but for its texts, without comments, so that its layout does not matter. */
export function normalized(sql: string): string {
  let line = '';
  let end = 0;

  for (const { text, start } of tokensOf(sql)) {
    line += start > end && line !== '' ? ` ${text}` : text;
    end = start + text.length;
  }

  return line.replace(/[ ;]+$/, '');
}

/** The words of each statement, in lower case, without names in quotes and texts. */
function statementsOf(sql: string): string[] {
  const statements = [''];

  for (const { kind, text } of tokensOf(sql)) {
    if (text === ';') {
      statements.push('');
    } else if (kind === 'word') {
      statements.push(`${statements.pop()} ${text.toLowerCase()}`.trimStart());
    }
  }

  return statements.filter(Boolean);
}

/** Whether there is more than one statement. */
export const hasSeveral = (sql: string): boolean => statementsOf(sql).length > 1;

/** Whether a statement begins or ends a transaction. The body of a function may say `begin atomic … end`. */
export function controlsTransaction(sql: string): boolean {
  const statements = statementsOf(sql);
  const control =
    /^(begin|start transaction|commit|end|abort|prepare transaction|rollback(?! (work |transaction )?to\b))\b/;

  return !statements.some((words) => /\bbegin atomic\b/.test(words)) && statements.some((words) => control.test(words));
}
