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

/**
 * The words of each statement, in lower case, without names in quotes and texts.
 *
 * The body of a function, `begin atomic … end`, is part of its statement: inside of it a semicolon ends nothing. Its own
 * `end` is the one behind a semicolon; that of a `case` never is.
 */
function statementsOf(sql: string): string[] {
  const statements: string[][] = [[]];
  let depth = 0;
  let isInBody = false;
  let before = '';

  for (const { kind, text } of tokensOf(sql)) {
    const token = text.toLowerCase();
    const words = statements.at(-1)!;

    if (isInBody) {
      isInBody = !(token === 'end' && [';', 'atomic'].includes(before));
    } else if (token === ';') {
      statements.push([]);
    } else if (token === 'atomic' && before === 'begin' && depth === 0 && isRoutine(words)) {
      isInBody = true;
    } else if (token === '(' || token === ')') {
      depth += token === '(' ? 1 : -1;
    }

    kind === 'word' && words.push(token);
    before = token;
  }

  return statements.map((words) => words.join(' ')).filter(Boolean);
}

const isRoutine = (words: string[]): boolean => /^create (or replace )?(function|procedure) /.test(words.join(' '));

/** Whether there is more than one statement. */
export const hasSeveral = (sql: string): boolean => statementsOf(sql).length > 1;

/** Whether a statement begins or ends a transaction. */
export const controlsTransaction = (sql: string): boolean =>
  statementsOf(sql).some((words) =>
    /^(begin|start transaction|commit|end|abort|prepare transaction|rollback(?! (work |transaction )?to\b))\b/.test(
      words,
    ),
  );
