import { tokensOf } from '../../sql/tokens.js';

/** What a text of SQL does to the transaction in which it runs. */
export type Command =
  | { kind: 'plain' }
  | { kind: 'begin'; isReadOnly: boolean /** What follows it in the same text. */; rest: string }
  | { kind: 'commit' }
  | { kind: 'rollback' }
  /** It controls transactions in a way that cannot be followed. */
  | { kind: 'other control' };

const suspicious = /\b(begin|start|commit|end|rollback|abort|prepare)\b/i;
const plain: Command = { kind: 'plain' };

/** Finds the transaction control in a text. Nearly all texts have none and are not taken apart. */
export function readCommand(sql: string): Command {
  if (!suspicious.test(sql)) {
    return plain;
  }

  const statements = splitStatements(sql);
  const kinds = statements.map(({ words }) => kindOf(words));

  if (kinds.every((kind) => kind === 'plain')) {
    return plain;
  }

  const [first] = kinds;

  if (first === 'begin' && kinds.slice(1).every((kind) => kind === 'plain')) {
    return {
      kind: 'begin',
      isReadOnly: statements[0]!.words.join(' ').includes('READ ONLY'),
      rest: statements[1] ? sql.slice(statements[1].start) : '',
    };
  }

  return { kind: kinds.length === 1 && first !== 'begin' && first ? first : 'other control' };
}

interface Statement {
  words: string[];
  start: number;
}

function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let current: Statement | undefined;
  let isInBody = false;

  for (const { text, start } of tokensOf(sql)) {
    // The body of a function, up to its END, is a part of the statement that creates it.
    isInBody ||= /^atomic$/i.test(text) && current?.words.at(-1) === 'BEGIN';

    if (text === ';' && !isInBody) {
      current = undefined;
      continue;
    }

    if (!current) {
      current = { words: [], start };
      statements.push(current);
    }

    current.words.push(text.toUpperCase());
  }

  return statements;
}

function kindOf([first = '', second = '', ...rest]: string[]): Command['kind'] {
  const isChained = rest.concat(second).includes('CHAIN');

  switch (first) {
    case 'BEGIN':
      return 'begin';
    case 'START':
      return second === 'TRANSACTION' ? 'begin' : 'plain';
    case 'PREPARE':
      return second === 'TRANSACTION' ? 'other control' : 'plain';
    case 'COMMIT':
    case 'END':
      return isChained || second === 'PREPARED' ? 'other control' : 'commit';
    case 'ROLLBACK':
    case 'ABORT':
      return rollbackKind(second, rest, isChained);
    default:
      return 'plain';
  }
}

function rollbackKind(second: string, rest: string[], isChained: boolean): Command['kind'] {
  const [word] = ['TRANSACTION', 'WORK'].includes(second) ? rest : [second];

  if (word === 'TO') {
    return 'plain';
  }

  return isChained || second === 'PREPARED' ? 'other control' : 'rollback';
}
