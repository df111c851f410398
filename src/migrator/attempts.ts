import { setTimeout as sleep } from 'node:timers/promises';
import { passingReason } from './passing-failure.js';
import type { Say } from './run-lock.js';

const longestPauseMs = 10_000;

/**
 * Begins again after a failure that may pass, until one step has failed too often.
 *
 * @param nameOfStep what runs when the work fails.
 */
export async function attempt(
  attempts: number,
  work: () => Promise<void>,
  nameOfStep: () => string,
  say: Say,
): Promise<void> {
  const failures = new Map<string, number>();

  for (;;) {
    try {
      return await work();
    } catch (error) {
      const step = nameOfStep();
      const failed = (failures.get(step) ?? 0) + 1;
      const reason = passingReason(error);
      failures.set(step, failed);

      if (!reason || failed >= attempts) {
        throw error;
      }

      // Not all at the same moment, if several were cut off together.
      const pauseMs = Math.min(longestPauseMs, 500 * 2 ** (failed - 1)) * (0.75 + Math.random() / 2);
      say(`${step} failed: ${reason}. Attempt ${failed + 1} of ${attempts} in ${Math.ceil(pauseMs)} ms`);
      await sleep(pauseMs);
    }
  }
}
