import type { MigrationInfo } from '@mikro-orm/core';
import type { Say } from './run-lock.js';

/** Follows a run through all of its attempts: the step that it is at, and the migrations that are done. */
export class RunProgress {
  readonly finished: MigrationInfo[] = [];
  readonly #say: Say;
  #current: MigrationInfo | undefined;
  #start = 0;

  constructor(say: Say) {
    this.#say = say;
  }

  get step(): string {
    return this.#current?.name ?? 'The run';
  }

  begin(step: MigrationInfo): void {
    this.#start = performance.now();
    this.#current = step;
  }

  /** @param migration what is finished with it, if it was one. */
  end(outcome: string, migration?: MigrationInfo): void {
    this.#current = undefined;
    migration && this.finished.push(migration);
    this.#say(`${outcome} in ${Math.round(performance.now() - this.#start)} ms`);
  }

  /** Before another attempt. A migration whose connection was lost with its commit may be done all the same. */
  resume(isDone: (name: string) => boolean): void {
    const interrupted = this.#current;
    interrupted && isDone(interrupted.name) && this.finished.push(interrupted);
    this.#current = undefined;
  }
}
