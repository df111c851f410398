import type { AsyncLocalStorage } from 'node:async_hooks';

/** A value that belongs to the work that runs in it, and to all that this work starts. */
export interface AsyncContext<Value> {
  get(): Value | undefined;
  run<Result>(value: Value, work: () => Result): Result;
}

/** Opens Node's `AsyncLocalStorage` when it is first needed: the edge needs nothing of Node until then. */
export function createAsyncContext<Value>(): AsyncContext<Value> {
  let storage: AsyncLocalStorage<Value> | undefined;

  return {
    get: () => storage?.getStore(),
    run(value, work) {
      storage ??= new (globalThis.process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<Value>();
      return storage.run(value, work);
    },
  };
}
