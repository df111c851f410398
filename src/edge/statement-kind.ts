import { tokensOf } from '../sql/tokens.js';

const controls = new Set(['ABORT', 'BEGIN', 'COMMIT', 'END', 'RELEASE', 'ROLLBACK', 'SAVEPOINT', 'START']);
const reads = new Set(['SELECT', 'TABLE', 'VALUES', 'WITH']);

/**
 * The transaction control that a statement is, such as `COMMIT`; `undefined` for any other statement.
 *
 * The first words decide: what comes later, inside a function or a procedure, PostgreSQL itself refuses in a batch.
 */
export function findTransactionControl(sql: string): string | undefined {
  const [first = '', second = '', third = ''] = firstWords(sql, 3);

  if (controls.has(first)) {
    return first;
  }

  if (first === 'PREPARE' && second === 'TRANSACTION') {
    return 'PREPARE TRANSACTION';
  }

  // All the ways to write what the batch's own options say: SET TRANSACTION, SET LOCAL transaction_read_only, …
  const target = second === 'LOCAL' || second === 'SESSION' ? third : second;
  return first === 'SET' && /^(TRANSACTION|CHARACTERISTICS$)/.test(target) ? 'SET TRANSACTION' : undefined;
}

/** Whether a statement begins like one that only reads. A function that it calls may still write. */
export function beginsLikeRead(sql: string): boolean {
  return reads.has(firstWords(sql, 1)[0] ?? '');
}

function firstWords(sql: string, count: number): string[] {
  const words: string[] = [];

  for (const token of tokensOf(sql)) {
    // PostgreSQL drops the empty statements before the first real one.
    if (token.text === ';' && words.length === 0) {
      continue;
    }

    // A quoted word is a name. The name of a setting can be written so, a command cannot.
    words.push(words.length > 0 && token.kind === 'quoted' ? token.text.slice(1, -1) : token.text);

    if (words.length === count) {
      break;
    }
  }

  return words.map((word) => word.toUpperCase());
}
