import { requireText } from '../errors/arguments.js';
import { InvalidArgumentError } from '../errors/database-error.js';

declare const row: unique symbol;

/** A row as an object keyed by column. Of two columns with one name, the last one wins. */
export type ResultRow = Record<string, unknown>;

/** One SQL statement, its values apart from its text. */
export interface Statement<Row = ResultRow> {
  /** With placeholders `$1`, `$2`, … */
  readonly text: string;
  readonly parameters?: readonly unknown[];
  /** Never there: it carries the type of the rows. */
  readonly [row]?: Row;
}

/** A statement in the form in which it is sent. */
export type PlainStatement = Required<Pick<Statement, 'text' | 'parameters'>>;

/** What the tag `sql` makes: a statement that runs when it is awaited, or as part of a batch. */
export interface SqlStatement<Row = ResultRow> extends Statement<Row>, Promise<Row[]> {
  readonly parameters: readonly unknown[];
}

/** The tag `sql`. Values become parameters; a statement among the values becomes part of the text. */
export type SqlTag = <Row = ResultRow>(strings: TemplateStringsArray, ...values: unknown[]) => SqlStatement<Row>;

/** The tag `sql` whose statements run by `run`. */
export function createSqlTag(run: (statement: Statement<any>) => Promise<any[]>): SqlTag {
  return <Row>(strings: TemplateStringsArray, ...values: unknown[]) => new TaggedStatement<Row>(strings, values, run);
}

/**
 * The statement itself, whichever way it was written.
 *
 * @throws {InvalidArgumentError} naming `field` if it has no text or its parameters are no array.
 */
export function readStatement(field: string, statement: Statement<any> | string): PlainStatement {
  const { text, parameters = [] } = typeof statement === 'string' ? { text: statement } : (statement ?? {});

  requireText(typeof statement === 'string' ? field : `${field}.text`, text);

  if (!Array.isArray(parameters)) {
    throw new InvalidArgumentError(`${field}.parameters`, `${field}.parameters must be an array.`);
  }

  return { text, parameters };
}

class TaggedStatement<Row> implements SqlStatement<Row> {
  // Private, so that no print shows the values.
  readonly #strings: readonly string[];
  readonly #values: readonly unknown[];
  readonly #run: () => Promise<Row[]>;
  #result: Promise<Row[]> | undefined;

  constructor(
    strings: readonly string[],
    values: readonly unknown[],
    run: (statement: Statement<Row>) => Promise<Row[]>,
  ) {
    [this.#strings, this.#values] = flatten(strings, values);
    this.#run = () => run(this);
  }

  get text(): string {
    return this.#strings.reduce(
      (text, part, index) => `${text}$${index}${isBinary(this.#values[index - 1]) ? '::bytea' : ''}${part}`,
    );
  }

  get parameters(): readonly unknown[] {
    return this.#values;
  }

  get [Symbol.toStringTag](): string {
    return 'SqlStatement';
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting the statement runs it, once.
  then<Result1 = Row[], Result2 = never>(
    onFulfilled?: ((rows: Row[]) => Result1 | PromiseLike<Result1>) | null,
    onRejected?: ((reason: unknown) => Result2 | PromiseLike<Result2>) | null,
  ): Promise<Result1 | Result2> {
    this.#result ??= this.#run();
    return this.#result.then(onFulfilled, onRejected);
  }

  catch<Result = never>(
    onRejected?: ((reason: unknown) => Result | PromiseLike<Result>) | null,
  ): Promise<Row[] | Result> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Row[]> {
    return this.then().finally(onFinally);
  }

  /** A statement among the values takes its place in the text, its values theirs among the values. */
  static flatten(strings: readonly string[], values: readonly unknown[]): [string[], unknown[]] {
    const texts = [strings[0] ?? ''];
    const flat: unknown[] = [];

    for (const [index, value] of values.entries()) {
      const after = strings[index + 1] ?? '';
      const [[first = '', ...others], inner] =
        value instanceof TaggedStatement ? [value.#strings, value.#values] : [['', ''], [value]];

      texts.push((texts.pop() ?? '') + first, ...others);
      texts.push((texts.pop() ?? '') + after);
      flat.push(...inner);
    }

    return [texts, flat];
  }
}

const flatten = TaggedStatement.flatten;

/** PostgreSQL would take binary for text where nothing else tells the parameter's type. */
const isBinary = (value: unknown): boolean => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
