import { test as base } from 'vitest';
import { createOrm, type Orm } from '../../../src/index.js';
import { TestWorker } from '../../../src/testing/worker.js';

/** Runs `work` as the body of a rollback test, and says what its end says. */
export type RollBack = (
  work: (orm: Orm) => Promise<unknown>,
  /** Whether vitest says that it has failed. */
  hasFailed?: boolean,
) => Promise<{ failure: Error | undefined }>;

/** Vitest's `test` with a worker of the harness, whose tests can fail without failing this one. */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from the pattern.
  .extend('worker', { scope: 'file' }, async ({}, { onCleanup }): Promise<TestWorker> => {
    const worker = await TestWorker.open({ createOrm: (settings) => createOrm(settings) });
    onCleanup(() => worker.close());
    return worker;
  })
  .extend(
    'rollBack',
    ({ worker }): RollBack =>
      async (work, hasFailed) => {
        const slot = await worker.takeSlot();
        await slot.beginTest();

        let failure: Error | undefined;

        try {
          await work(slot.orm);
        } finally {
          failure = await slot
            .endTest((pid) => worker.cancel(pid), hasFailed)
            .then(
              () => undefined,
              (error: Error) => error,
            );
          await worker.giveSlot(slot);
        }

        return { failure };
      },
  );
