import {
  type AbortableQueryOptions,
  CamelCasePlugin,
  type Compilable,
  type CompiledQuery,
  createFunctionModule,
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  DynamicModule,
  type Kysely,
  type KyselyPlugin,
  PostgresAdapter,
  PostgresQueryCompiler,
  QueryCreator,
  type QueryExecutor,
  type QueryResult,
  WithSchemaPlugin,
} from 'kysely';
import { TransactionNotSupportedError } from '../../errors/database-error.js';
import type { Scope } from '../../scope/scope.js';
import type { HttpExecutor } from '../http-executor.js';
import { visibleColumns } from './columns.js';
import { HttpDriver, type StatementExecutor } from './http-dialect.js';
import { jsonColumnsPlugin } from './json-columns.js';
import { liveRowsPlugin } from './live-rows.js';
import { keepSecretsBack } from './secret-columns.js';
import type { EdgeTables } from './tables.js';
import { valueTypes } from './value-types.js';

/** What of Kysely works with one statement per round trip. */
type StatementMethods =
  | 'selectFrom'
  | 'selectNoFrom'
  | 'insertInto'
  | 'updateTable'
  | 'deleteFrom'
  | 'mergeInto'
  | 'with'
  | 'withRecursive'
  | 'fn'
  | 'dynamic'
  | 'executeQuery'
  | 'getExecutor';

/**
 * Kysely over HTTP, typed from the entities: `selectFrom`, `insertInto`, `updateTable`, `deleteFrom` and all that follows.
 *
 * Names are in camelCase, also as keys of `json`, but not of `jsonb`. Values are as the entities have them: an instant is a
 * `Date`, a `bigint` or a `count(*)` a number; `numeric`, `date` and `timestamp` are text.
 *
 * Rows that are marked as deleted are neither seen nor changed by any part of a query. Raw SQL is taken as it is written:
 * no condition is added to it, and an array among its values is one of PostgreSQL and not JSON.
 *
 * Secrets (passwords and tokens) are selected where they are named, and not by `selectAll()` and `returningAll()`, though
 * the type of their rows lists them.
 *
 * HTTP gives no connection of one's own, so there are no transactions and no streams.
 */
export interface EdgeDatabase extends Pick<Kysely<EdgeTables>, StatementMethods> {
  /**
   * The same database, which sees and changes deleted rows like any other.
   *
   * They stay hidden where a query of the one is part of a query of the other.
   */
  withDeleted(): EdgeDatabase;
  /** The same database with one more plugin. It runs last: names are as in the database, conditions are there. */
  withPlugin(plugin: KyselyPlugin): EdgeDatabase;
  /** The same database with its tables in another schema of PostgreSQL. */
  withSchema(schema: string): EdgeDatabase;
}

export interface EdgeDatabaseOptions {
  /** Whose rows the database sees and writes, and no others: as {@link HttpExecutor.scope}. */
  scope: Scope;
}

/**
 * Makes a typed database over HTTP. It opens nothing.
 *
 * What the executor throws passes through unchanged. A value that would not be exact in JavaScript, a `bigint` beyond
 * 2^53 − 1 or an infinite instant, is a `RangeError`. A time limit is a signal:
 * `execute({ signal: AbortSignal.timeout(500) })`.
 *
 * @example
 * const db = createEdgeDatabase(createHttpExecutor(url));
 * const films = await db
 *   .selectFrom('content')
 *   .innerJoin('users', 'users.id', 'content.creatorId')
 *   .select(['content.title', 'content.publishedAt', 'users.name as creator'])
 *   .where('content.status', '=', 'published')
 *   .execute();
 */
export function createEdgeDatabase(executor: StatementExecutor): EdgeDatabase;

/**
 * Makes a typed database over HTTP that has the rows of a scope, and no others. All that is made of it stays in the scope.
 *
 * @throws {InvalidArgumentError} unless the scope is one. A missing one does not mean all rows.
 * @throws {ScopeRefusedError} if the executor is in a scope itself, and this one would widen it.
 *
 * @example
 * const db = createEdgeDatabase(createHttpExecutor(url), { scope: { org: organizationId } });
 */
export function createEdgeDatabase(executor: Pick<HttpExecutor, 'scope'>, options: EdgeDatabaseOptions): EdgeDatabase;

export function createEdgeDatabase(
  executor: StatementExecutor | Pick<HttpExecutor, 'scope'>,
  ...options: [options?: EdgeDatabaseOptions]
): EdgeDatabase {
  const all = executor as HttpExecutor;
  // Counted, since options that a mistake left undefined must not give all rows.
  const statements = options.length > 0 ? all.scope(options[0]?.scope as Scope) : all;
  const withDeleted = new DefaultQueryExecutor(
    new PostgresQueryCompiler(),
    new PostgresAdapter(),
    new DefaultConnectionProvider(new HttpDriver(statements, valueTypes)),
    [new CamelCasePlugin({ maintainNestedObjectKeys: true }), jsonColumnsPlugin, keepSecretsBack(visibleColumns)],
  );

  return new EdgeQueryCreator(withDeleted.withPlugin(liveRowsPlugin), withDeleted);
}

/** Not `Kysely` itself: its schema builder and its transactions would be a tenth of the bundle. */
class EdgeQueryCreator extends QueryCreator<EdgeTables> implements EdgeDatabase {
  readonly #executor: QueryExecutor;
  readonly #withDeleted: QueryExecutor;

  constructor(executor: QueryExecutor, withDeleted: QueryExecutor) {
    super({ executor });
    this.#executor = executor;
    this.#withDeleted = withDeleted;
  }

  get fn() {
    return createFunctionModule<EdgeTables, keyof EdgeTables>();
  }

  get dynamic() {
    return new DynamicModule<EdgeTables>();
  }

  getExecutor(): QueryExecutor {
    return this.#executor;
  }

  async executeQuery<Row>(
    query: CompiledQuery<Row> | Compilable<Row>,
    options?: AbortableQueryOptions,
  ): Promise<QueryResult<Row>> {
    return this.#executor.executeQuery('compile' in query ? query.compile() : query, options);
  }

  withDeleted(): EdgeDatabase {
    return new EdgeQueryCreator(this.#withDeleted, this.#withDeleted);
  }

  override withPlugin(plugin: KyselyPlugin): EdgeQueryCreator {
    return new EdgeQueryCreator(this.#executor.withPlugin(plugin), this.#withDeleted.withPlugin(plugin));
  }

  override withSchema(schema: string): EdgeQueryCreator {
    const plugin = new WithSchemaPlugin(schema);
    return new EdgeQueryCreator(this.#executor.withPluginAtFront(plugin), this.#withDeleted.withPluginAtFront(plugin));
  }

  /** Not in the type. Called anyway, it says what to use. */
  transaction(): never {
    throw new TransactionNotSupportedError('transaction()');
  }

  startTransaction(): never {
    throw new TransactionNotSupportedError('startTransaction()');
  }

  connection(): never {
    throw new TransactionNotSupportedError('connection()');
  }
}
