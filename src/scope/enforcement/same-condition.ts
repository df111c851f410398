import { type SqlToken, tokensOf } from '../../sql/tokens.js';

/** An expression as nested lists, an operator or function first. */
type Tree = string | Tree[];

/**
 * Whether two conditions are the same to PostgreSQL, one as it is declared, the other as the database gives it back: there
 * with parentheses and casts of its own, and every table under its schema.
 *
 * It knows what the policies of this package consist of, and calls two conditions different if either has anything else in
 * it. It takes no account of names that only look alike: `evil.content` is not `content`.
 */
export function isSameCondition(declared: string | undefined, found: string | undefined): boolean {
  if (declared === undefined || found === undefined) {
    return declared === found;
  }

  const [one, other] = [declared, found].map(read);
  return one !== undefined && one === other;
}

function read(text: string): string | undefined {
  const tokens = new Tokens(text);
  const tree = anyOf(tokens);

  return tokens.isAtEnd && !tokens.isLost ? JSON.stringify(tree) : undefined;
}

class Tokens {
  /** Whether something turned up that is not understood. */
  isLost = false;
  readonly #tokens: SqlToken[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = [...tokensOf(text)];
  }

  get isAtEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  /** The next token if it is this word or symbol. */
  skip(text: string): boolean {
    const token = this.#tokens[this.#next];
    const isIt = token !== undefined && token.kind !== 'quoted' && token.text.toLowerCase() === text;
    this.#next += isIt ? 1 : 0;

    return isIt;
  }

  expect(text: string): void {
    this.isLost ||= !this.skip(text);
  }

  take(kind: SqlToken['kind']): string | undefined {
    const token = this.#tokens[this.#next];

    if (token?.kind !== kind) {
      return undefined;
    }

    this.#next++;
    return token.text;
  }

  name(): string {
    const word = this.take('word')?.toLowerCase();
    const name = word ?? this.take('quoted')?.replace(/^"([a-z_][a-z0-9_]*)"$/, '$1');
    this.isLost ||= name === undefined || (word !== undefined && reserved.has(word));

    return name ?? '';
  }
}

const reserved = new Set(['all', 'and', 'as', 'from', 'is', 'not', 'or', 'select', 'union', 'where']);

const anyOf = (tokens: Tokens): Tree => chain(tokens, 'or', allOf);
const allOf = (tokens: Tokens): Tree => chain(tokens, 'and', comparison);

/** Parts between the same operator, flat, however they were put in parentheses. */
function chain(tokens: Tokens, operator: string, part: (tokens: Tokens) => Tree): Tree {
  const parts: Tree[] = [];

  do {
    const tree = part(tokens);
    parts.push(...(tree[0] === operator && Array.isArray(tree) ? tree.slice(1) : [tree]));
  } while (tokens.skip(operator));

  return parts.length > 1 ? [operator, ...parts] : parts[0]!;
}

function comparison(tokens: Tokens): Tree {
  const left = cast(tokens);
  return tokens.skip('=') ? ['=', left, cast(tokens)] : left;
}

function cast(tokens: Tokens): Tree {
  let tree = operand(tokens);

  while (tokens.skip('::')) {
    const type = tokens.name();
    // PostgreSQL says of each literal what it took it for.
    tree = type === 'text' && typeof tree === 'string' && tree.startsWith(`'`) ? tree : ['::', tree, type];
  }

  return tree;
}

function operand(tokens: Tokens): Tree {
  const literal = tokens.take('literal');

  if (literal !== undefined) {
    return literal;
  }

  if (tokens.skip('(')) {
    const tree = anyOf(tokens);
    tokens.expect(')');
    return tree;
  }

  if (tokens.skip('exists')) {
    return exists(tokens);
  }

  const name = qualifiedName(tokens);
  return tokens.skip('(') ? [`${name}()`, ...callArguments(tokens)] : name;
}

function callArguments(tokens: Tokens): Tree[] {
  const given: Tree[] = [];

  do {
    given.push(anyOf(tokens));
  } while (tokens.skip(','));

  tokens.expect(')');
  return given;
}

function exists(tokens: Tokens): Tree {
  tokens.expect('(');
  const query = unionOf(tokens);
  tokens.expect(')');

  return ['exists', query];
}

/** Queries that are put together by UNION ALL, in their order. */
function unionOf(tokens: Tokens): Tree {
  const queries = [query(tokens)];

  while (tokens.skip('union')) {
    tokens.expect('all');
    queries.push(query(tokens));
  }

  return ['union all', ...queries];
}

function query(tokens: Tokens): Tree {
  tokens.expect('select');
  const columns: Tree[] = [];

  while (!tokens.skip('from')) {
    const column = anyOf(tokens);
    columns.push(tokens.skip('as') ? ['as', column, tokens.name()] : column);

    if (!tokens.skip(',')) {
      tokens.expect('from');
      break;
    }
  }

  const source = tokens.skip('(') ? subquery(tokens) : tableName(qualifiedName(tokens));
  const isRenamed = tokens.skip('as') || !tokens.skip('where');
  const alias = isRenamed ? tokens.name() : '';
  isRenamed && tokens.expect('where');

  return ['select', columns, source, alias, anyOf(tokens)];
}

function subquery(tokens: Tokens): Tree {
  const tree = unionOf(tokens);
  tokens.expect(')');

  return tree;
}

const tableName = (name: string): string => (name.includes('.') ? name : `public.${name}`);

function qualifiedName(tokens: Tokens): string {
  let name = tokens.name();

  while (tokens.skip('.')) {
    name += `.${tokens.name()}`;
  }

  return name;
}
