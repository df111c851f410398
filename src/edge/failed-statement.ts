import { readText } from '../errors/sqlstate.js';
import { type SqlToken, tokensOf } from '../sql/tokens.js';
import type { PlainStatement } from './statement.js';

/** Where in what was sent an error arose. */
interface FailurePlace {
  /** Which statement failed, counted from 0; `undefined` if it may be one of several. */
  statementIndex: number | undefined;
  /** The word of that statement at which PostgreSQL stopped. Never a literal, which may be a value. */
  near: string | undefined;
}

/**
 * Messages that name the word at which they point. In another language than English they rule nothing out. A function that
 * stands for special syntax, such as trim(both from …), is not named as it is written.
 */
const namesItsWord = /at or near "|^(relation|column|function|procedure) (?!pg_catalog\.).* does not exist$/;

/**
 * Finds the statement that failed, by ruling out all that cannot have raised this error.
 *
 * PostgreSQL does not say which one it was. It says where in the text a name or a word is wrong, which parameter cannot be
 * read, or how many there were: often only one statement fits. A table or a constraint rules nothing out, for triggers and
 * cascades reach any table.
 */
export function locateFailure(statements: readonly PlainStatement[], error: object): FailurePlace {
  const position = Number(readText(error, 'position'));
  const fitting = [...statements.entries()].filter(([, statement]) => mayHaveRaised(statement, error, position));
  const [index, statement] = (fitting.length === 1 && fitting[0]) || [undefined, undefined];
  const { token, isAtStart } = statement && position ? tokenAt(statement.text, position) : {};
  const near = isAtStart ? token : statement && !position ? namedBy(error, statement.text) : undefined;

  return { statementIndex: index, near: near?.kind === 'literal' ? undefined : near?.text };
}

/** Where a name is wrong and PostgreSQL does not say at which position, its message still quotes the name. */
function namedBy(error: object, text: string): SqlToken | undefined {
  const name =
    /^(?:42|3[DF]|22023)/.test(readText(error, 'code') ?? '') && /"([^"]+)"/.exec(readText(error, 'message') ?? '');
  const isNamed = (token: SqlToken) => name && [name[1], `"${name[1]}"`].includes(token.text);

  return name ? [...tokensOf(text)].find((token) => token.kind !== 'literal' && isNamed(token)) : undefined;
}

function mayHaveRaised({ text, parameters }: PlainStatement, error: object, position: number): boolean {
  const message = readText(error, 'message') ?? '';
  const unreadable = /portal parameter \$(\d+)/.exec(readText(error, 'where') ?? '')?.[1];
  const counts = /supplies (\d+) parameters?, but prepared statement "" requires (\d+)$/.exec(message);

  if (counts) {
    return Number(counts[1]) === parameters.length && Number(counts[2]) === countPlaceholders(text);
  }

  if (unreadable) {
    return (parameters[Number(unreadable) - 1] ?? null) !== null;
  }

  return position ? mayPointInto(text, position, message) : true;
}

/** Whether an error with this position can be one of this text. */
function mayPointInto(text: string, position: number, message: string): boolean {
  const { token, isAtStart } = tokenAt(text, position);

  if (!token || message.endsWith('at end of input')) {
    return !token && position === [...text].length + 1;
  }

  if (!isAtStart) {
    // A function's body is a text, and the position may be inside it.
    return token.kind === 'literal' && !/^\d/.test(token.text);
  }

  return !namesItsWord.test(message) || mayName(message.toLowerCase(), token.text.toLowerCase());
}

/** Whether the message can name this word. PostgreSQL cuts long names, and writes quoted ones without their quotes. */
function mayName(message: string, word: string): boolean {
  return /^[\w$\x80-\uffff]{1,15}$/.test(word)
    ? message.split(/[^\w$\x80-\uffff]+/).includes(word)
    : message.includes(word.replaceAll('""', '"').replace(/^"|"$/g, '').slice(0, 15));
}

/** The token that covers the position, if one does. */
function tokenAt(text: string, position: number): { token?: SqlToken; isAtStart?: boolean } {
  // PostgreSQL counts characters from 1, JavaScript UTF-16 units from 0.
  const offset = [...text].slice(0, position - 1).join('').length;

  for (const token of tokensOf(text)) {
    if (offset < token.start + token.text.length) {
      return { token, isAtStart: offset === token.start };
    }
  }

  return {};
}

function countPlaceholders(text: string): number {
  let highest = 0;

  for (const token of tokensOf(text)) {
    if (token.kind === 'parameter') {
      highest = Math.max(highest, Number(token.text.slice(1)));
    }
  }

  return highest;
}
