/** A piece of SQL as PostgreSQL's scanner sees it, without blanks and comments. */
export interface SqlToken {
  /** `literal` is a text, in whichever quotes, or a number; `quoted` a name in quotes. */
  kind: 'word' | 'quoted' | 'parameter' | 'literal' | 'symbol';
  /** As it is written. */
  text: string;
  /** Where it begins, in UTF-16 units. */
  start: number;
}

// PostgreSQL counts only these six as blank; any character above ASCII may be part of a name.
const blank = /(?:[ \t\n\r\f\v]+|--[^\n\r]*)*/y;
// A text goes on after a line break, as if it were one: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS
const lineBreak = /[ \t\f\v]*(?:--[^\n\r]*)?[\n\r]/y;
const blankLines = /(?:[ \t\n\r\f\v]+|--[^\n\r]*[\n\r])*/y;
const plainRest = /'(?:[^']+|'')*'?/y;
const escapedRest = /'(?:[^'\\]+|\\[\s\S]|'')*'?/y;
const commentEdge = /\/\*|\*\//g;
// Runs are matched at once: one step for each character of a long text would overflow the stack.
const kinds: [SqlToken['kind'], RegExp][] = [
  [
    'literal',
    /e'(?:[^'\\]+|\\[\s\S]|'')*'?|(?:[bnx]|u&)?'(?:[^']+|'')*'?|\$((?:[a-z_\x80-\uffff][\w\x80-\uffff]*)?)\$[\s\S]*?(?:\$\1\$|$)|\d[\w.]*/iy,
  ],
  ['quoted', /(?:u&)?"(?:[^"]+|"")*"?/iy],
  ['parameter', /\$\d+/y],
  ['word', /[a-z_\x80-\uffff][\w$\x80-\uffff]*/iy],
  ['symbol', /::|[\s\S]/y],
];

/** Splits SQL into tokens, lazily. What PostgreSQL would refuse to scan yields something, but nothing to rely on. */
export function* tokensOf(sql: string): Generator<SqlToken> {
  let start = skipBlank(sql, 0);

  while (start < sql.length) {
    const [kind, text] = tokenAt(sql, start);
    yield { kind, text, start };
    start = skipBlank(sql, start + text.length);
  }
}

function tokenAt(sql: string, start: number): [SqlToken['kind'], string] {
  for (const [kind, pattern] of kinds) {
    const text = match(pattern, sql, start);

    if (text) {
      return [kind, text.endsWith("'") ? text + continuationOf(text, sql, start + text.length) : text];
    }
  }

  return ['symbol', sql.slice(start)];
}

/** What follows a text in single quotes and belongs to it, with all that is between. */
function continuationOf(text: string, sql: string, start: number): string {
  const rest = /^e/i.test(text) ? escapedRest : plainRest;
  let end = start;

  for (let lines = match(lineBreak, sql, end); lines; lines = match(lineBreak, sql, end)) {
    const next = end + lines.length;
    const quoted = next + match(blankLines, sql, next).length;
    const more = match(rest, sql, quoted);

    if (!more) {
      break;
    }

    end = quoted + more.length;
  }

  return sql.slice(start, end);
}

function skipBlank(sql: string, start: number): number {
  let end = start;
  let before: number;

  do {
    before = end;
    end = skipComment(sql, end + match(blank, sql, end).length);
  } while (end > before);

  return end;
}

/** Comments of this kind nest. */
function skipComment(sql: string, start: number): number {
  if (!sql.startsWith('/*', start)) {
    return start;
  }

  commentEdge.lastIndex = start;
  let depth = 0;

  for (let edge = commentEdge.exec(sql); edge; edge = commentEdge.exec(sql)) {
    depth += edge[0] === '/*' ? 1 : -1;

    if (depth === 0) {
      return commentEdge.lastIndex;
    }
  }

  return sql.length;
}

function match(pattern: RegExp, sql: string, start: number): string {
  pattern.lastIndex = start;
  return pattern.exec(sql)?.[0] ?? '';
}
