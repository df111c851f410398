import { TransactionNotSupportedError } from '../errors/database-error.js';
import { readText } from '../errors/sqlstate.js';
import { narrowScope, readScope, type Scope } from '../scope/scope.js';
import { refuseEscape } from '../scope/statement-guard.js';
import { type AttemptPolicy, attemptRepeatedly } from './attempts.js';
import { readBatch, readMode, refuseControl } from './batch.js';
import { locateFailure } from './failed-statement.js';
import { explainFailure } from './failure.js';
import type { BatchOptions, BatchResults, ExecuteOptions, HttpExecutor, QueryOptions } from './http-executor.js';
import { askNeon, type NeonBatchMode, NeonRefusal, type NeonResult } from './neon-endpoint.js';
import type { NeonTarget } from './neon-target.js';
import { prepareParameters } from './parameters.js';
import { type HttpResult, readResult } from './result.js';
import { explainInScope, scopeEntry } from './scope-entry.js';
import { createSqlTag, type PlainStatement, readStatement, type Statement } from './statement.js';
import { beginsLikeRead, findTransactionControl } from './statement-kind.js';

/** Where an executor with a replica reads, and the executor that does not read there. */
interface Reading {
  replica: NeonTarget;
  primary: HttpExecutor;
}

/** One round trip: a statement or, with a mode, a batch. */
interface Request {
  statements: PlainStatement[];
  mode?: NeonBatchMode;
  readsReplica: boolean;
}

/** An executor on databases that are known to be right. All it knows is in its closure: printed, it shows nothing. */
export function executorOn(
  target: NeonTarget,
  policy: Omit<AttemptPolicy, 'signal'>,
  reading?: Reading,
  scope?: Scope,
): HttpExecutor {
  const methods = {
    query: async <Row>(text: string, parameters: readonly unknown[] = [], options: QueryOptions = {}): Promise<Row[]> =>
      (await execute<Row>({ text, parameters }, { ...options, rowMode: 'object' })).rows,
    sql: createSqlTag(async (statement) => (await execute(statement)).rows),
    execute,
    batch,
    scope: enter,
    transaction: () => {
      throw new TransactionNotSupportedError('executor.transaction()');
    },
  };
  // Not enumerable: where an executor is its own primary, its JSON would be a circle.
  const executor = Object.defineProperty(methods, 'primary', {
    get: () => reading?.primary ?? executor,
  }) as typeof methods & HttpExecutor;

  return executor;

  function enter(wanted: Scope): HttpExecutor {
    const inner = scope ? narrowScope(scope, readScope(wanted)) : readScope(wanted);
    return executorOn(target, policy, reading && { ...reading, primary: reading.primary.scope(inner) }, inner);
  }

  async function execute<Row>(
    statement: Statement<Row> | string,
    options: ExecuteOptions = {},
  ): Promise<HttpResult<Row>> {
    const { text, parameters } = readStatement('statement', statement);
    scope ? refuseEscape(text) : refuseTransaction(text);

    const [result] = await send({ statements: [{ text, parameters }], readsReplica: beginsLikeRead(text) }, options);
    return readResult(result!, options);
  }

  async function batch<const Statements extends readonly (Statement<any> | string)[]>(
    statements: Statements,
    options: BatchOptions = {},
  ): Promise<BatchResults<Statements>> {
    const read = readBatch(statements, scope ? refuseEscape : refuseControl);
    const mode = readMode(options);
    const readsReplica = options.readOnly === true && options.isolationLevel !== 'serializable';
    const results = read.length === 0 ? [] : await send({ statements: read, mode, readsReplica }, options);

    return results.map((result) => readResult(result, options)) as BatchResults<Statements>;
  }

  async function send(
    { statements, mode, readsReplica }: Request,
    { timeoutMs = policy.timeoutMs, signal }: QueryOptions,
  ): Promise<NeonResult[]> {
    const queries = statements.map(({ text, parameters }) => ({
      query: text,
      params: prepareParameters(text, parameters),
    }));
    let asked = readsReplica && reading ? reading.replica : target;

    return attemptRepeatedly(attempt, explain, { ...policy, timeoutMs, signal });

    async function attempt(stop: AbortSignal, attempts: number): Promise<NeonResult[]> {
      try {
        return await ask(stop);
      } catch (thrown) {
        // The replica has done nothing then. A batch is sent there only if it must not write anywhere.
        if (
          asked === target ||
          mode ||
          !(thrown instanceof NeonRefusal) ||
          readText(thrown.answer, 'code') !== '25006'
        ) {
          throw thrown;
        }

        asked = target;
        policy.onRetry?.({ attempt: attempts, delayMs: 0, reason: 'the statement writes, which a replica refuses' });
        return ask(stop);
      }
    }

    async function ask(stop: AbortSignal): Promise<NeonResult[]> {
      if (!scope) {
        return askNeon(asked.endpoint, queries, mode, stop);
      }

      const inScope = mode ?? (asked === target ? {} : { readOnly: true });
      const [, ...results] = await askNeon(asked.endpoint, [scopeEntry(scope), ...queries], inScope, stop);
      return results;
    }

    function explain(thrown: unknown, attempts: number) {
      const failure = explainFailure(thrown, asked.description, attempts, (source) => {
        const { statementIndex, near } = locateFailure(statements, source);
        return mode ? { isBatch: true, statementIndex, near } : { near };
      });

      return scope ? { ...failure, error: explainInScope(failure.error) } : failure;
    }
  }
}

/** @throws {TransactionNotSupportedError} for what would begin or end a transaction. */
function refuseTransaction(text: string): void {
  const control = findTransactionControl(text);

  if (control) {
    throw new TransactionNotSupportedError(control);
  }
}
